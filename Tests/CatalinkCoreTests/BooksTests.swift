import CatalinkCore
import Testing

struct BooksTests {
    @Test func emptyBooksBalance() {
        let books = Books()
        #expect(books.balance)
        #expect(books.sum == 0)
        #expect(books[.created] == 0)
    }

    @Test func booksBalanceWhenEveryPairHasAVerdict() {
        var books = Books()
        books.rows = 3
        books.pairs = Verdict.allCases.count
        for verdict in Verdict.allCases {
            #expect(!books.balance)
            books[verdict] += 1
        }
        #expect(books.balance)
        #expect(books.sum == 15)
        books[.created] += 1
        #expect(!books.balance)
    }
}
