/// Feeds for price comparison, advertising and trade; files of the folder `Presets`, which are compiled in.
extension Preset {
    static let feeds: [(name: String, bytes: [UInt8])] = [
        ("bmecat", PackageResources.bmecat_yaml),
        ("ceneo", PackageResources.ceneo_yaml),
        ("google-merchant", PackageResources.google_merchant_yaml),
        ("google-merchant-atom", PackageResources.google_merchant_atom_yaml),
        ("google-merchant-rss", PackageResources.google_merchant_rss_yaml),
        ("google-retail", PackageResources.google_retail_yaml),
        ("heureka", PackageResources.heureka_yaml),
        ("meta-catalog", PackageResources.meta_catalog_yaml),
        ("tradetracker", PackageResources.tradetracker_yaml),
        ("yandex-yml", PackageResources.yandex_yml_yaml),
    ]
}
