import Testing

/// Exports whose variants share a handle, a slug or a number.
@Suite(.timeLimit(.minutes(10)))
struct ShopPresetHandleTests {
    static let fixtures = [
        PresetFixture(
            preset: "shopify",
            text: """
                Title,URL handle,Description,Published on online store,Status,SKU,Option1 name,Option1 value,Option2 name,Option2 value,Price,Compare-at price,Product image URL,Image position,Variant image URL
                Wool scarf,scarf,<p>Warm.</p>,TRUE,Active,'0012,Color,Red,,,25.00,40.00,https://shop.test/s.jpg,1,
                Oak board,board,,TRUE,Active,,Title,Default Title,,,18.50,,,,
                ,scarf,,,,SC-2,,Blue,,,26.00,,,,https://shop.test/b.jpg
                ,scarf,,,,,,,,,,,https://shop.test/s2.jpg,2,
                Old lamp,lamp,,TRUE,Draft,L-1,Title,Default Title,,,90.00,,,,
                Sock,sock,,TRUE,Active,,Size,S,Color,Red,5.00,,,,
                ,sock,,,,,,S,,Blue,5.00,,,,
                Gift,gift,,TRUE,Active,G-1,Title,Default Title,,,0.00,,,,
                """,
            links: [
                "board-default-title | Oak board | 18.5", "scarf-0012 | Wool scarf Red | 25",
                "scarf-sc-2 | Wool scarf Blue | 26", "sock-s_blue | Sock S Blue | 5",
                "sock-s_red | Sock S Red | 5",
            ],
            filtered: [
                "image and option rows, which have no price": 1, "drafts and archived products": 1,
                "no price, or one that is not above zero (`zero: skip`)": 1,
            ]),
        PresetFixture(
            preset: "shopify",
            text: """
                Title,URL handle,Status,SKU,Option1 value,Price,Inventory tracker,Inventory quantity,Continue selling when out of stock
                Bowl,bowl,Active,B-1,Default Title,9.00,shopify,0,DENY
                Cup,cup,Active,C-1,Default Title,9.00,shopify,-2,deny
                Pot,pot,Active,P-1,Default Title,9.00,shopify,0,CONTINUE
                Pan,pan,Active,P-2,Default Title,9.00,shopify,-2,FALSE
                Jug,jug,Active,J-1,Default Title,9.00,shopify,-2,TRUE
                """,
            links: ["jug-j-1 | Jug | 9", "pot-p-1 | Pot | 9"], filtered: ["sold out": 3]),
        PresetFixture(
            preset: "shopify",
            text: """
                Title,URL handle,Status,SKU,Option1 value,Option2 value,Price
                Sock,sock,Active,,Dark,Blue Red,5.00
                ,sock,,,Dark Blue,Red,5.00
                Scarf,scarf,Active,,красный,,5.00
                ,scarf,,,синий,,5.00
                """,
            links: [
                "scarf-a8683e3b | Scarf красный | 5",
                "scarf-c65b1a8f | Scarf синий | 5",
                "sock-dark-blue_red | Sock Dark Blue Red | 5",
                "sock-dark_blue-red | Sock Dark Blue Red | 5",
            ], filtered: [:]),
        PresetFixture(
            preset: "shopify-classic",
            text: """
                Handle,Title,Body (HTML),Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,Image Src
                scarf,Wool scarf,<b>Warm</b>,true,Color,Red,SC-1,25.00,40.00,https://shop.test/s.jpg
                lamp,Old lamp,,FALSE,Title,Default Title,L-1,90.00,,
                scarf,,,,,Blue,SC-2,26.00,,
                lamp,,,,,Gold,L-2,95.00,,
                scarf,,,,,,,,,https://shop.test/s2.jpg
                """,
            links: ["scarf-sc-1 | Wool scarf Red | 25", "scarf-sc-2 | Wool scarf Blue | 26"],
            filtered: [
                "image and option rows, which have no price": 1,
                "products that are not in the online store": 2,
            ]),
        PresetFixture(
            preset: "shopify-classic",
            text: """
                Handle,Title,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Status
                scarf,Wool scarf,Red,SC-1,shopify,4,deny,25.00,active
                lamp,Old lamp,Default Title,L-1,,1,deny,90.00,archived
                bowl,Bowl,Default Title,B-1,shopify,0,deny,9.00,active
                cup,Cup,Default Title,C-1,shopify,'-1,deny,9.00,active
                jug,Jug,Default Title,J-1,shopify,-1,FALSE,9.00,active
                pot,Pot,Default Title,P-1,shopify,-1,continue,9.00,active
                pan,Pan,Default Title,P-2,,0,deny,9.00,active
                """,
            links: ["pan-p-2 | Pan | 9", "pot-p-1 | Pot | 9", "scarf-sc-1 | Wool scarf Red | 25"],
            filtered: ["drafts and archived products": 1, "sold out": 3]),
        PresetFixture(
            preset: "matrixify",
            text: """
                ID,Handle,Command,Title,Body HTML,Status,Published,Option1 Value,Variant SKU,Variant Price,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy
                7,scarf,MERGE,Wool scarf,Warm,Active,TRUE,Red,SC-1,25.00,shopify,-3,FALSE
                7,scarf,MERGE,,,,,Blue,SC-2,26.00,shopify,0,deny
                7,scarf,MERGE,,,,,Green,SC-3,27.00,shopify,-3,continue
                """,
            links: ["scarf-sc-3 | Wool scarf Green | 27"], filtered: ["sold out": 2]),
        PresetFixture(
            preset: "matrixify",
            text: """
                ID,Handle,Command,Title,Body HTML,Status,Published,Image Src,Row #,Top Row,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price
                7,scarf,MERGE,Wool scarf,Warm,Active,TRUE,https://shop.test/a.jpg;https://shop.test/b.jpg,1,TRUE,Color,Red,SC-1,25.00,40.00
                7,scarf,MERGE,,,,,,2,,Color,Blue,SC-2,26.00,
                8,lamp,DELETE,Old lamp,,Active,TRUE,,1,TRUE,,,L-1,90.00,
                9,bowl,MERGE,Bowl,,Archived,TRUE,,1,TRUE,,,B-1,9.00,
                """,
            links: ["scarf-sc-1 | Wool scarf Red | 25", "scarf-sc-2 | Wool scarf Blue | 26"],
            filtered: ["products to be deleted or ignored": 1, "drafts and archived products": 1]),
        PresetFixture(
            preset: "shopware5",
            text: """
                ordernumber;mainnumber;name;additionalText;tax;price_EK;pseudoprice_EK;active;configuratorOptions;imageUrl;laststock;instock
                SW1;SW1;Wollschal;rot;19.00;24,95;39,95;1;Farbe:rot;https://shop.test/a.jpg|https://shop.test/b.jpg;0;0
                SW2;SW2;Alte Lampe;;19.00;90;0;0;;;0;0
                SW1.1;SW1;;blau;19.00;25.5;0;1;Farbe:blau;;0;0
                SW3;SW3;Muster;;19.00;0;0;1;;;0;0
                SW4;SW4;Rest;;19.00;5;0;1;;;1;0
                SW5;SW5;Rest;;19.00;5;0;1;;;1;-2
                """,
            links: ["wollschal-sw1 | Wollschal rot | 24.95", "wollschal-sw1-1 | Wollschal blau | 25.5"],
            filtered: [
                "articles that are not active": 1, "sold out": 2,
                "no price, or one that is not above zero (`zero: skip`)": 1,
            ]),
        PresetFixture(
            preset: "spree",
            text: """
                slug,sku,name,price,compare_at_price,currency,status,description,option1_name,option1_value,image1_src,inventory_count
                scarf,SCARF,Wool scarf,0,0,USD,active,Warm,,,,
                scarf,SC-1,,25.00,40.00,USD,,,Color,Red,,4
                lamp,LAMP,Old lamp,90.0,0,USD,draft,,,,,1
                scarf,SC-2,,26.00,0,USD,,,Color,Blue,,4
                scarf,SC-1,,23.00,0,EUR,,,,,,
                """,
            links: ["scarf-sc-1 | Wool scarf Red | 25", "scarf-sc-2 | Wool scarf Blue | 26"],
            filtered: [
                "prices in other currencies": 1, "drafts and archived products": 1,
                "no price, or one that is not above zero (`zero: skip`)": 1,
            ]),
        PresetFixture(
            preset: "medusa",
            text: """
                Product Id;Product Handle;Product Title;Product Status;Product Thumbnail;Product Deleted At;Variant Id;Variant Title;Variant Sku;Variant Price EUR;Variant Price USD
                prod_1;scarf;Wool scarf;published;https://shop.test/a.jpg;;variant_1;Red;SC-1;23;25
                prod_1;scarf;Wool scarf;published;https://shop.test/a.jpg;;variant_2;Blue;;24;
                prod_2;lamp;Old lamp;draft;;;variant_3;Gold;L-1;90;95
                """,
            job: "pricing: {price: \"{{Variant Price EUR | decimal: point}}\"}",
            links: ["scarf-sc-1 | Wool scarf Red | 23", "scarf-variant-2 | Wool scarf Blue | 24"],
            filtered: ["products that are not published": 1]),
        PresetFixture(
            preset: "wix",
            text: """
                handleId,fieldType,name,description,productImageUrl,sku,price,surcharge,visible,discountMode,discountValue,inventory,productOptionName1,productOptionDescription1
                Product_1,Product,Wool scarf,Warm,a_1.jpg;a_2.jpg,,25.0,,true,PERCENT,0.0,InStock,Color,Red;Blue;Gold
                Product_2,Product,Old lamp,,,L-1,90.0,,false,PERCENT,0.0,InStock,,
                Product_1,Variant,,,,SC-1,,0.0,true,,,InStock,,Red
                Product_1,Variant,,,,,,0.0,true,,,12,,Blue
                Product_1,Variant,,,,SC-3,,5.0,true,,,InStock,,Gold
                Product_3,Product,Bowl,,,B-1,9.0,,true,PERCENT,10.0,InStock,,
                Product_4,Product,Spoon,,,S-1,3.0,,true,PERCENT,0.0,OutOfStock,,
                """,
            links: [
                "wool-scarf-product-1blue | Wool scarf Blue | 25", "wool-scarf-sc-1red | Wool scarf Red | 25",
            ],
            filtered: [
                "products with options, whose variants are rows of their own": 1,
                "products that are not visible": 1, "variants with a surcharge": 1,
                "products with a discount": 1, "sold out": 1,
            ]),
        PresetFixture(
            preset: "vendure",
            text: """
                name   , slug, description, assets, facets, optionGroups, optionValues, sku, price, taxCategory, stockOnHand, trackInventory
                Wool scarf,scarf,Warm,a.jpg|b.jpg,,color,red,SC-1,25.00,standard,4,false
                ,,,,,,blue,SC-2,26.00,standard,4,false
                Book,book,,,,,,B-1,9.00,reduced,4,false
                ,,,,,,large,B-2,12.00,standard,0,true
                ,,,,,,small,B-3,7.00,standard,0,false
                """,
            links: [
                "book-b-1 | Book | 9", "book-b-3 | Book small | 7", "wool-scarf-sc-1 | Wool scarf red | 25",
                "wool-scarf-sc-2 | Wool scarf blue | 26",
            ], filtered: ["sold out": 1]),
        PresetFixture(
            preset: "commercetools",
            text: """
                productType,variantId,sku,prices,images,name.en,slug.en
                main,1,SC-1,EUR 2500;DE-EUR 2400;USD 2800,https://shop.test/a.jpg;https://shop.test/b.jpg,Wool scarf,wool-scarf
                main,1,SC-2,DE-EUR 2400;EUR 2500,,Silk scarf,silk-scarf
                main,1,SC-3,EUR 1900 b2b;EUR 2500,,Red scarf,red-scarf
                main,1,SC-4,USD 2500,,Blue scarf,blue-scarf
                main,1,SC-5,,,Gold scarf,gold-scarf
                """,
            links: ["wool-scarf-sc-1 | Wool scarf | 25"], filtered: ["variants without a price": 1],
            invalid: 3),
    ]

    @Test(arguments: fixtures)
    func anExportIsRead(_ fixture: PresetFixture) async throws {
        try await fixture.check()
    }
}
