extension RequestBuilder {
    /// The products of a link: those that the job lists, and one for each value of a list in the row.
    mutating func products(_ row: borrowing RowView) -> [LinkRequest.Product] {
        var products: [LinkRequest.Product] = []
        for product in mapping.products {
            guard let each = product.each else {
                add(product, row, to: &products)
                continue
            }
            for value in values(of: each, row) { add(product, row.with(each: value.span), to: &products) }
        }
        return products
    }

    private mutating func values(of each: Template, _ row: borrowing RowView) -> [[UInt8]] {
        do throws(FilterFailure) {
            return try each.list(row).filter { !$0.allSatisfy(\.isBlank) }
        } catch {
            failures.append(
                FieldFailure(
                    subject: "paymentLinkProducts", slot: each.firstSlot, rule: each.place, failure: error))
            return []
        }
    }

    private mutating func add(
        _ product: LinkMapping.Product, _ row: borrowing RowView, to products: inout [LinkRequest.Product]
    ) {
        guard let id = uuid("paymentLinkProducts", product.productID, row) else { return }
        let quantity = count("paymentLinkProducts", product.quantity, row) ?? 1
        products.append(LinkRequest.Product(productID: id, quantity: quantity))
    }
}
