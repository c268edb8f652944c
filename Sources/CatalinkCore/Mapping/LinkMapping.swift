/// The `link:` part of a job: a template for each field of the request.
package struct LinkMapping: Sendable {
    package struct Product: Sendable {
        /// A list of the row, of which each value is a product; `nil` for one product.
        package var each: Template?
        package var productID: Template
        package var quantity: Template?

        package init(each: Template? = nil, productID: Template, quantity: Template?) {
            self.each = each
            self.productID = productID
            self.quantity = quantity
        }
    }

    package var title: Template
    package var url: Template
    package var linkType: Template?
    package var currency: Template?
    package var description: Template?
    package var coverImage: Template?
    package var allowQuantityAdjustment: Template?
    package var allowMobilePayment: Template?
    package var collectTax: Template?
    package var collectAddress: Template?
    package var customerID: Template?
    package var products: [Product] = []
    package var isForAllProduct: Template?
    package var taxID: Template?
    package var limitPayments: Template?
    package var maxPayments: Template?
    package var customFields: [(name: [UInt8], value: Template)] = []
    package var expiration: Template?
    package var paymentForID: Template?

    package init(title: Template, url: Template) {
        self.title = title
        self.url = url
    }
}

/// How rows become items and requests: the compiled part of a job that stages 2 to 4 need.
package struct RowMapping: Sendable {
    package enum Segments: Sendable {
        case none
        /// One link per row and segment.
        case list([[UInt8]])
        /// The row's own.
        case template(Template)

        /// Whether items have any.
        package var areNamed: Bool {
            if case .none = self { false } else { true }
        }
    }

    package var columns: ColumnUses
    package var condition: Condition?
    package var key: Template
    package var segments: Segments
    package var link: LinkMapping
    package var pricing: PricingPolicy?
    package var policies = PolicyLevels()
    /// Whether rows that share a key make one link.
    package var bundling: Bundling?
    /// Why rows are left out for their parents' sake.
    package var parentReasons: [String] = []

    /// Why rows are left out: the tests of `where`, that a price says so, and the tests of parents.
    package var filterReasons: [String] {
        (condition?.tests.map(\.reason) ?? []) + ["no price, or one that is not above zero (`zero: skip`)"]
            + parentReasons
    }

    package init(columns: ColumnUses, key: Template, segments: Segments, link: LinkMapping) {
        self.columns = columns
        self.key = key
        self.segments = segments
        self.link = link
    }
}
