# Shared by the shell tools: source it, do not run it.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Where the builds live; an environment variable so that two checkouts or two builds of one
# checkout can be told apart.
scratch=${BATON_SCRATCH:-$root/.build}

# The Swift tests that wait for real sockets, threads or processes, in groups that run apart from
# each other and from all other tests: the tests of a run share the runner's few threads, and behind
# neighbours that calculate or block, each wait would take half a minute.
real_time_tests=(
    '^(BatonControl|baton)Tests\.'
    '^Baton(Server|IO|Telemetry)Tests\.'
    '^BatonRecordTests\.'
    '^BatonBenchTests\.'
)

# Runs the Swift tests of a command that has everything but the choice of tests, group by group.
# Options that go with the other tests alone may follow the command behind "--".
run_swift_tests() {
    local command=() skipped=() group
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        command+=("$1")
        shift
    done
    [ $# = 0 ] || shift
    for group in "${real_time_tests[@]}"; do skipped+=(--skip "$group"); done
    timed "unit tests" "${command[@]}" "${skipped[@]}" "$@"
    for group in "${real_time_tests[@]}"; do
        timed "unit tests $group" "${command[@]}" --filter "$group"
    done
}

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
