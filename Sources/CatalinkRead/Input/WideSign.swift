/// Signs of UTF-16 and UTF-32 in bytes without a byte order mark: where the NULs of ASCII characters lie.
enum WideSign {
    /// `nil` when the bytes are of no such text.
    static func of(_ head: [UInt8]) -> TextEncoding? {
        var counts = [0, 0, 0, 0]
        for index in head.indices where head[index] == 0 { counts[index & 3] += 1 }
        let quarters = head.count / 4
        // Three of four are NUL but for characters beyond U+FFFF and U+00FF.
        if quarters > 0, counts[3] >= quarters, counts[0] == 0, counts[2] * 10 >= quarters * 9 {
            return .wide(4, .little)
        }
        if quarters > 0, counts[0] >= quarters, counts[3] == 0, counts[1] * 10 >= quarters * 9 {
            return .wide(4, .big)
        }
        let (even, odd) = (counts[0] + counts[2], counts[1] + counts[3])
        if even == 0, odd * 3 >= head.count || odd > 1 && hasLineEnd(head, .little) {
            return odd > 0 ? .wide(2, .little) : nil
        }
        if odd == 0, even * 3 >= head.count || even > 1 && hasLineEnd(head, .big) {
            return even > 0 ? .wide(2, .big) : nil
        }
        return nil
    }

    /// Markup begins with an ASCII character.
    static func ofMarkup(_ head: [UInt8]) -> TextEncoding? {
        let open = UInt8(ascii: "<")
        if head.starts(with: [open, 0, 0, 0]) { return .wide(4, .little) }
        if head.starts(with: [0, 0, 0, open]) { return .wide(4, .big) }
        if head.starts(with: [open, 0]) { return .wide(2, .little) }
        if head.starts(with: [0, open]) { return .wide(2, .big) }
        return nil
    }

    /// Text of any script has a blank, a digit or a line end among so many characters.
    static func hasNUL(_ head: [UInt8], forUTF16 order: WideDecoder.Order) -> Bool {
        stride(from: order == .little ? 1 : 0, to: head.count, by: 2).contains { head[$0] == 0 }
    }

    /// A line end as one unit; in text of one-byte units no NUL stands beside one.
    private static func hasLineEnd(_ head: [UInt8], _ order: WideDecoder.Order) -> Bool {
        let (low, high) = order == .little ? (0, 1) : (1, 0)
        return stride(from: 0, to: head.count - 1, by: 2).contains { index in
            head[index + high] == 0
                && (head[index + low] == UInt8(ascii: "\n") || head[index + low] == UInt8(ascii: "\r"))
        }
    }
}
