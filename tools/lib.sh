# Shared by the shell tools: source it, do not run it.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Where the builds live; an environment variable so that two checkouts or two builds of one
# checkout can be told apart.
scratch=${BATON_SCRATCH:-$root/.build}

# The Swift tests that wait for real sockets, threads or processes. They run apart from the others:
# all tests of a run share the runner's few threads, and beside half a minute of pure calculation
# each of their waits takes as long as that.
real_time_tests='^(Baton(Server|IO|Control|Bench|Record|Telemetry)|baton)Tests\.'

# Prints "name: SECONDS s" when the command has ended, and passes its status on.
timed() {
    local name=$1 start=$SECONDS status=0
    shift
    "$@" || status=$?
    printf '== %s: %d s%s\n' "$name" "$((SECONDS - start))" \
        "$([ "$status" = 0 ] || printf ', FAILED (%d)' "$status")"
    return "$status"
}

# Whether the release binary is missing or older than anything it is built from.
release_is_stale() {
    local binary=$scratch/release/baton
    [ -x "$binary" ] || return 0
    [ -n "$(find "$root/Sources" "$root/Package.swift" -newer "$binary" -type f -print -quit)" ]
}

# Builds the release binary when it is stale. Progress goes to standard error.
build_release() {
    release_is_stale || return 0
    swift build --package-path "$root" --scratch-path "$scratch" \
        -c release --static-swift-stdlib --product baton >&2 || return 1
    # The linker leaves an unchanged binary alone; its time tells the next run that it is fresh.
    touch "$scratch/release/baton"
}
