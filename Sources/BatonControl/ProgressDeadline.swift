import NIOCore

/// Closes a connection on which nothing was sent for a while.
///
/// One rule for three faults: an idle connection, a request that trickles in for ever, and a reader
/// that does not read (nothing of what is written reaches the kernel). Bytes that arrive do not
/// count. An event stream keeps itself alive by its heartbeats.
final class ProgressDeadline: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let timeout: TimeAmount
    private var lastProgress = NIODeadline.now()
    private var timer: Scheduled<Void>?

    init(timeout: TimeAmount) {
        self.timeout = timeout
    }

    func channelActive(context: ChannelHandlerContext) {
        lastProgress = .now()
        arm(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenSuccess { self.lastProgress = .now() }
        context.write(data, promise: promise)
    }

    private func arm(_ context: ChannelHandlerContext) {
        let deadline = lastProgress + timeout
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            if NIODeadline.now() >= self.lastProgress + self.timeout {
                context.close(promise: nil)
            } else {
                self.arm(context)
            }
        }
    }
}
