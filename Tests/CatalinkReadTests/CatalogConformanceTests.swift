import CatalinkRead
import CatalinkTestSupport
import Testing

struct CatalogConformanceTests {
    @Test func twinKeepsThePromise() throws {
        let twin = InMemoryCatalog(columns: CatalogConformance.columns, rows: CatalogConformance.table)
        try CatalogConformance(twin).check()
    }

    @Test func csvKeepsThePromise() async throws {
        let text = """
            sku,title,price
            A-1,"Mug, large",12.50
            A-2,"Cup ""small\""",7
            A-3,Käse & Brot,0.99
            A-4,"Two
            lines",3.00
            A-5,,1e3
            """
        try await withTemporaryDirectory { directory in
            try write(text, to: directory + "/c.csv")
            for size in [7, 64, 4096] {
                try CatalogConformance(
                    CSVCatalog(path: directory + "/c.csv", name: "c.csv", bufferSize: size)
                ).check()
            }
        }
    }

    @Test func xmlKeepsThePromise() async throws {
        let text = """
            <shop><item><sku>A-1</sku><title>Mug, large</title><price>12.50</price></item>
            <item><sku>A-2</sku><title><![CDATA[Cup "small"]]></title><price>7</price></item>
            <item><price>0.99</price><title>Käse &amp; Brot</title><sku>A-3</sku></item>
            <item><sku>A-4</sku><title>Two
            lines</title><price>3.00</price></item>
            <item><sku>A-5</sku><title/><price>1e3</price></item></shop>
            """
        try await withTemporaryDirectory { directory in
            try write(text, to: directory + "/c.xml")
            try CatalogConformance(
                XMLCatalog(path: directory + "/c.xml", name: "c.xml", recordPath: "/shop/item")
            ).check()
        }
    }

    @Test func yamlKeepsThePromise() async throws {
        let text = """
            - {sku: A-1, title: "Mug, large", price: 12.50}
            - sku: A-2
              title: Cup "small"
              price: 7
            - {price: 0.99, title: Käse & Brot, sku: A-3}
            - sku: A-4
              title: |-
                Two
                lines
              price: 3.00
            - sku: A-5
              title:
              price: 1e3
            """
        try await withTemporaryDirectory { directory in
            try write(text, to: directory + "/c.yaml")
            try CatalogConformance(YAMLCatalog(path: directory + "/c.yaml", name: "c.yaml", recordPath: "/"))
                .check()
        }
    }

    @Test func jsonKeepsThePromise() async throws {
        let items = [
            #"{"sku": "A-1", "title": "Mug, large", "price": 12.50}"#,
            #"{"sku": "A-2", "title": "Cup \"small\"", "price": 7}"#,
            #"{"price": 0.99, "title": "K\u00e4se & Brot", "sku": "A-3"}"#,
            #"{"sku": "A-4", "title": "Two\nlines", "price": 3.00}"#,
            #"{"sku": "A-5", "title": null, "price": 1e3}"#,
        ]
        try await withTemporaryDirectory { directory in
            let (list, lines) = (directory + "/c.json", directory + "/c.jsonl")
            try write("[" + items.joined(separator: ",\n") + "]", to: list)
            try write(items.joined(separator: "\n"), to: lines)
            try CatalogConformance(JSONCatalog(path: list, name: "c.json")).check()
            try CatalogConformance(JSONCatalog(path: lines, name: "c.jsonl", isLines: true)).check()
        }
    }
}
