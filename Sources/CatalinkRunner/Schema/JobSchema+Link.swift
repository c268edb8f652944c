import CatalinkCore

/// What a link says.
extension JobSchema {
    static let link = Schema.mapping([
        "title": .template.about("What payers see above all."),
        "url": .template.about("The slug, the last part of the link's address: `{{title | slug}}`."),
        "description": .template.about("Markdown below the title."),
        "linkType": Schema.choiceOrTemplate(LinkType.self).about("PRODUCT unless it is said."),
        "currency": Schema.choiceOrTemplate(Currency.self).about("What is paid in; usdc unless it is said."),
        "coverImage": .template.about("The address of a picture, by https."),
        "products": Schema.list(of: product).orNothing.about("What is sold: products of the account."),
        "allowQuantityAdjustment": .flagOrTemplate.about(
            "Whether payers choose how many; true unless it is said."),
        "allowMobilePayment": .flagOrTemplate.about("Whether phones may pay; false unless it is said."),
        "collectTax": .flagOrTemplate.about("Whether tax is collected; goes with `taxId`."),
        "collectAddress": .flagOrTemplate.about("Whether payers give an address."),
        "customerId": .template.about("The customer that the link is for."),
        "isForAllProduct": .flagOrTemplate.about("Whether it is for all products; not beside `products`."),
        "taxId": .template.about("The tax that is collected; goes with `collectTax`."),
        "limitPayments": .flagOrTemplate.about("Whether payments are limited; goes with `maxPayments`."),
        "maxPayments": .template.about("How many payments there may be; goes with `limitPayments`."),
        "customFields": Schema.names(of: .template).orNothing.about(
            "Names and templates that come back with payments; payers may see them."),
        "expiration_date": .template.about(
            "When the link ends: a moment by ISO 8601, or `+14d` from the day on which it is made."),
        "paymentForId": .template.about("What the payment is for, by the account's own id."),
    ])
    .about("A template for each field of the request.")

    static let product = Schema.mapping(
        [
            "each": .template.about("A list: a product for each of its parts, which are `{{each}}`."),
            "productId": .template.about("The product's id."),
            "quantity": .template.about("How many of it."),
        ], required: ["productId"])

    static let tracking = Schema.mapping([
        "source": .template.about("`customFields.tracking_source`, such as newsletter."),
        "medium": .template.about("`customFields.tracking_medium`, such as email."),
        "campaign": .template.about("`customFields.tracking_campaign`."),
    ])
    .about("Where payments come from; these become custom fields of each link.")

    static let bundle = Schema.mapping([
        "amount": Schema.choice(Bundling.Amount.self).about(
            "Whether each row says the price of the whole (`same`) or of its part (`sum`).")
    ])
    .about("Neighbouring rows with the same key become one link with a product for each.")
}
