import NIOCore

/// Closes a connection whose sender takes too long over its part: to send a whole request, or to take the answer.
///
/// What counts is the whole and not the last byte, so that no connection is held by a byte now and then. While a
/// delivery is being recorded nobody waits for the sender.
final class ConnectionDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = Never
    typealias OutboundIn = Never

    /// What a connection is about; told by who answers it.
    enum Phase: Sendable {
        /// A head has come, and the body is to come.
        case receiving
        case recording
        /// The answer, what is left of the body, and the head of the next request.
        case answering
    }

    private let limit: TimeAmount
    private var closing: Scheduled<Void>?

    init(_ limit: Duration) {
        self.limit = TimeAmount(limit)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        closing?.cancel()
        context.fireChannelInactive()
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard let phase = event as? Phase else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        if phase == .recording { closing?.cancel() } else { begin(context) }
        promise?.succeed()
    }

    private func begin(_ context: ChannelHandlerContext) {
        closing?.cancel()
        closing = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
    }
}

extension Channel {
    func tell(_ phase: ConnectionDeadline.Phase) {
        triggerUserOutboundEvent(phase, promise: nil)
    }
}
