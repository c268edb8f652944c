import Testing

/// Exports whose rows have a type or name a parent, and those without variants.
@Suite(.timeLimit(.minutes(10)))
struct ShopPresetTypeTests {
    static let fixtures = [
        PresetFixture(
            preset: "woocommerce",
            text: """
                ID,Type,SKU,Name,Published,Short description,Description,Date sale price starts,Date sale price ends,In stock?,Sale price,Regular price,Images,Parent
                11,variation,SC-1,,1,,,,,1,,"25,50",,id:10
                10,variable,,Wool scarf,1,,<p>Warm</p>,,,1,,,"https://shop.test/a.jpg, https://shop.test/b.jpg",
                12,variation,SC-2,Wool scarf - Blue,1,,,,,1,,26,,id:10
                13,"simple, virtual",,Voucher Ä,1,,,2001-01-01,2002-01-01 00:00:00,1,10,20.00,,
                14,simple,B-1,Bowl,1,,,2001-01-01 00:00:00,2098-01-01,1,8,9,,
                15,simple,L-1,Old lamp,-1,,,,,1,,90,,
                16,simple,L-2,Gone lamp,1,,,,,0,,90,,
                17,grouped,G-1,All,1,,,,,1,,,,
                18,simple,N-1,Nothing,1,,,,,1,,,,
                20,variable,HID,Hidden,0,,,,,1,,,,
                21,variation,H-1,Hidden - Red,1,,,,,1,,30,,HID
                """,
            links: [
                "bowl-b-1 | Bowl | 8", "voucher-a-13 | Voucher Ä | 20",
                "wool-scarf-blue-sc-2 | Wool scarf - Blue | 26",
                "wool-scarf-sc-1 | Wool scarf | 25.5",
            ],
            filtered: [
                "variable, grouped, external and other products, which are not sold as they are": 3,
                "variations of drafts and private products": 1,
                "drafts and private products": 1, "sold out": 1, "products without a price": 1,
            ]),
        PresetFixture(
            preset: "webtoffee",
            text: """
                ID,post_title,post_name,post_status,post_content,sku,parent_sku,regular_price,sale_price,sale_price_dates_from,sale_price_dates_to,stock_status,images,tax:product_type
                11,,,publish,,SC-1,SC,25.00,20.00,2001-01-01,2002-01-01,instock,,
                10,Wool scarf,wool-scarf,publish,Warm,SC,,,,,,instock,https://shop.test/a.jpg ! alt : x ! title : y | https://shop.test/b.jpg,variable
                12,Bowl,bowl,publish,,,,9.00,8.00,,,instock,,simple
                13,Old lamp,lamp,draft,,L-1,,90.00,,,,instock,,simple
                14,Gone lamp,gone,publish,,L-2,,90.00,,,,outofstock,,simple
                20,Hidden,hidden,private,,HID,,,,,,instock,,variable
                21,Hidden,,publish,,H-1,HID,30.00,,,,instock,,
                """,
            links: ["bowl-12 | Bowl | 8", "wool-scarf-sc-1 | Wool scarf | 25"],
            filtered: [
                "variable, grouped, external and other products, which are not sold as they are": 2,
                "variations of drafts and private products": 1,
                "drafts and private products": 1, "sold out": 1,
            ]),
        PresetFixture(
            preset: "bigcommerce",
            text: """
                Item Type,Product ID,Product Name,Product Type,Product Code/SKU,Brand Name,Product Description,Price,Cost Price,Retail Price,Sale Price,Product Visible?,Allow Purchases?
                Product,1,Wool scarf,P,SC,Acme,Warm,25.00,10.00,40.00,0.00,Y,Y
                  SKU,2,[S]Color=Red,,SC-1,,,,,,,,
                  Rule,3,,,,,,[ADD]5,,,,,
                Product,4,Bowl,P,,Acme,,9.00,,,8.00,Y,Y
                Product,5,Old lamp,P,L-1,Acme,,90.00,,,0.00,N,Y
                Product,6,Gone lamp,P,L-2,Acme,,90.00,,,0.00,Y,N
                """,
            links: ["bowl-4 | Bowl | 8", "wool-scarf-sc | Wool scarf | 25"],
            filtered: [
                "rows of SKUs and rules, which change a product's price": 2,
                "products that are not visible": 1,
                "products that are not for sale": 1,
            ]),
        PresetFixture(
            preset: "bigcommerce-v3",
            text: """
                Item,ID,Name,Type,SKU,Options,Inventory Tracking,Price,Cost Price,Retail Price,Sale Price,Description,Is Visible
                Product,1,Wool scarf,physical,SC,,variant,25,10,40,0,Warm,TRUE
                Variant,2,,,SC-1,Type=Swatch|Name=Color|Value=Red,,30,,,,,
                Image,3,,,,,,,,,,,
                Product,4,Old lamp,physical,L-1,,none,90,,,,,FALSE
                """,
            links: ["wool-scarf-sc | Wool scarf | 25"],
            filtered: [
                "variant and image rows, which do not name their product": 2,
                "products that are not visible": 1,
            ]),
        PresetFixture(
            preset: "magento",
            text: """
                sku,store_view_code,attribute_set_code,product_type,name,description,product_online,visibility,price,special_price,special_price_from_date,special_price_to_date,url_key,base_image,is_in_stock,configurable_variations
                SC-1,,Default,simple,Wool scarf-Red,Warm,1,Not Visible Individually,25.000000,,,,wool-scarf-red,/s/c/a.jpg,1,
                SC,,Default,configurable,Wool scarf,Warm,1,"Catalog, Search",,,,,wool-scarf,/s/c/a.jpg,1,"sku=SC-1,color=Red"
                SC-1,german,Default,simple,Wollschal,,,,,,,,,,,
                B-1,,Default,simple,Bowl,,1,"Catalog, Search",9.000000,8.000000,"1/1/01, 4:46 PM",1/31/98,bowl,,1,
                B-2,,Default,simple,Cup,,1,"Catalog, Search",9.000000,8.000000,2001-01-01 00:00:00,2002-01-01 00:00:00,cup,,1,
                L-1,,Default,simple,Old lamp,,2,"Catalog, Search",90.000000,,,,lamp,,1,
                L-2,,Default,simple,Gone lamp,,1,"Catalog, Search",90.000000,,,,gone,,0,
                """,
            links: [
                "bowl-b-1 | Bowl | 8", "cup-b-2 | Cup | 9", "wool-scarf-red-sc-1 | Wool scarf-Red | 25",
            ],
            filtered: [
                "rows of store views, which repeat a product": 1, "products that are disabled": 1,
                "sold out": 1,
                "configurable, grouped, bundle and other products, which are not sold as they are": 1,
            ]),
        prestashop("Name *"), prestashop("Name*"),
        PresetFixture(
            preset: "square",
            text: """
                Token,Item Name,Variation Name,SKU,Description,Category,Price,Sellable,Archived
                T1,Wool scarf,Red,SC-1,Warm,Scarves,$25.00,Y,N
                T1,,Blue,,,Scarves,"$1,026.00",Y,N
                T2,Tip,Regular,,,,variable,Y,N
                T3,Old lamp,Regular,L-1,,,$90.00,Y,Y
                T4,Part,Regular,P-1,,,$1.00,N,N
                """,
            links: [
                "wool-scarf-blue-t1 | Wool scarf Blue | 1026", "wool-scarf-red-sc-1 | Wool scarf Red | 25",
            ],
            filtered: [
                "variations without a fixed price": 1, "items that are archived": 1,
                "items that are not for sale": 1,
            ]),
        PresetFixture(
            preset: "stripe-prices",
            text: """
                Price ID,Product ID,Product Name,Description,Created (UTC),Amount,Currency,Interval,Interval Count,Billing Scheme,Tax Behavior
                price_1A,prod_1,Wool scarf,,2025-01-01 00:00,29.90,usd,,,per_unit,unspecified
                price_1B,prod_1,Wool scarf,,2025-01-01 00:00,27.90,eur,,,per_unit,unspecified
                price_1C,prod_2,Club,,2025-01-01 00:00,9.00,usd,month,1,per_unit,unspecified
                price_1D,prod_3,Bulk,,2025-01-01 00:00,,usd,,,tiered,unspecified
                price_1E,prod_4,Net,,2025-01-01 00:00,5.00,usd,,,per_unit,exclusive
                price_1F,prod_5,Free,,2025-01-01 00:00,0.00,usd,,,per_unit,inclusive
                """,
            links: ["wool-scarf-price-1a | Wool scarf | 29.9"],
            filtered: [
                "prices in other currencies": 1, "recurring prices, which a link would charge only once": 1,
                "tiered prices": 1, "net prices": 1,
                "no price, or one that is not above zero (`zero: skip`)": 1,
            ]),
        PresetFixture(
            preset: "etsy",
            text: """
                TITEL,BESCHREIBUNG,PREIS,CURRENCY_CODE,ANZAHL,TAGS,MATERIALIEN,BILD1,BILD2,BILD3,BILD4,BILD5,BILD6,BILD7,BILD8,BILD9,BILD10,TYP 1,NAME 1,WERTE 1,TYP 2,NAME 2,WERTE 2,SKU
                Wollschal,Warm,25.00,EUR,3,,,https://shop.test/a.jpg,,,,,,,,,,,,,,,,SC-1
                Holzbrett,Eiche,18,EUR,1,,,,,,,,,,,,,,,,,,,
                Tasse,,9,EUR,0,,,,,,,,,,,,,,,,,,,T-1
                Schale,,9,EUR,2,,,,,,,,,,,,,Farbe,Farbe,"rot,blau",,,,"S-1,S-2"
                Bowl,,9,USD,2,,,,,,,,,,,,,,,,,,,B-1
                """,
            job: "where: {CURRENCY_CODE: {eq: EUR, reason: listings in another currency}}",
            links: ["holzbrett-eur | Holzbrett | 18", "wollschal-sc-1 | Wollschal | 25"],
            filtered: [
                "listings in another currency": 1, "sold out": 1,
                "listings with variations, whose prices the export does not have": 1,
            ]),
        PresetFixture(
            preset: "amazon-listings", file: "report.txt",
            text: """
                item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\timage-url\tasin1\tstatus
                Monitor 15" wide\t"New"\tL1\tM-1\t125.00\t3\t\tB00A\tActive
                Scarf\t\tL2\tSC-1\t25.00\t\t\tB00B\tActive
                Lamp\t\tL3\tL-1\t90.00\t2\t\tB00C\tInactive
                Bowl\t\tL4\tB-1\t9.00\t0\t\tB00D\tActive
                """,
            links: ["monitor-15-wide-m-1 | Monitor 15\" wide | 125", "scarf-sc-1 | Scarf | 25"],
            filtered: ["listings that are not active": 1, "sold out": 1]),
        PresetFixture(
            preset: "amazon-flat-file", file: "flat.txt",
            text: """
                TemplateType=fptcustom\tVersion=2019.0322\t\t\t\t\t\t\t\t\t
                SKU\tTitle\tPrice\tQuantity\tUpdate\tParentage\tParent SKU\tImage\tSale\tFrom\tTo
                item_sku\titem_name\tstandard_price\tquantity\tupdate_delete\tparent_child\tparent_sku\tmain_image_url\tsale_price\tsale_from_date\tsale_end_date
                SC-1\t\t25.00\t3\tUpdate\tChild\tSC\t\t20.00\t2001-01-01\t2002-01-01
                SC\tWool scarf\t\t\tUpdate\tParent\t\thttps://shop.test/a.jpg\t\t\t
                SC-2\tBlue scarf\t26.00\t3\tUpdate\tChild\tGONE\t\t\t\t
                B-1\tBowl\t9.00\t3\tUpdate\t\t\t\t8.00\t2001-01-01\t2098-01-01
                L-1\tLamp\t90.00\t3\tDelete\t\t\t\t\t\t
                L-2\tOld lamp\t90.00\t0\tUpdate\t\t\t\t\t\t
                """,
            links: [
                "blue-scarf-sc-2 | Blue scarf | 26", "bowl-b-1 | Bowl | 8",
                "wool-scarf-sc-1 | Wool scarf | 25",
            ],
            filtered: ["parents, whose children are sold": 1, "products to be deleted": 1, "sold out": 1]),
    ]

    private static func prestashop(_ name: String) -> PresetFixture {
        PresetFixture(
            preset: "prestashop",
            text: """
                Product ID;Active (0/1);\(name);Price tax excluded;On sale (0/1);Reference #;Quantity;Summary;Available for order (0 = No, 1 = Yes);URL rewritten;Image URLs (x,y,z...)
                1;1;Wool scarf;20.000000;0;SC-1;4;Warm;1;wool-scarf;https://shop.test/a.jpg,https://shop.test/b.jpg
                2;0;Old lamp;75.000000;0;L-1;4;;1;old-lamp;
                3;1;Shown only;75.000000;0;L-2;4;;0;shown-only;
                4;1;Gone lamp;75.000000;0;L-3;0;;1;gone-lamp;
                5;1;Owed lamp;75.000000;0;L-4;-2;;1;owed-lamp;
                """,
            links: ["wool-scarf-1 | Wool scarf | 24"],
            filtered: [
                "products that are not active": 1, "products that cannot be ordered": 1, "sold out": 2,
            ])
    }

    @Test(arguments: fixtures)
    func anExportIsRead(_ fixture: PresetFixture) async throws {
        try await fixture.check()
    }
}
