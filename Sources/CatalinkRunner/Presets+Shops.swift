/// Exports of shops, which are tables; files of the folder `Presets`, which are compiled in.
extension Preset {
    static let shops: [(name: String, bytes: [UInt8])] = [
        ("amazon-flat-file", PackageResources.amazon_flat_file_yaml),
        ("amazon-listings", PackageResources.amazon_listings_yaml),
        ("bigcommerce", PackageResources.bigcommerce_yaml),
        ("bigcommerce-v3", PackageResources.bigcommerce_v3_yaml),
        ("commercetools", PackageResources.commercetools_yaml),
        ("etsy", PackageResources.etsy_yaml),
        ("magento", PackageResources.magento_yaml),
        ("matrixify", PackageResources.matrixify_yaml),
        ("medusa", PackageResources.medusa_yaml),
        ("prestashop", PackageResources.prestashop_yaml),
        ("shopify", PackageResources.shopify_yaml),
        ("shopify-classic", PackageResources.shopify_classic_yaml),
        ("shopware5", PackageResources.shopware5_yaml),
        ("spree", PackageResources.spree_yaml),
        ("square", PackageResources.square_yaml),
        ("stripe-prices", PackageResources.stripe_prices_yaml),
        ("vendure", PackageResources.vendure_yaml),
        ("webtoffee", PackageResources.webtoffee_yaml),
        ("wix", PackageResources.wix_yaml),
        ("woocommerce", PackageResources.woocommerce_yaml),
    ]
}
