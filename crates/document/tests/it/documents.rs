//! What readers of a document with chapters can rely on.

use chrono::NaiveDate;
use document::{Body, Chapter, Check, Column, Document, Fact, Part, Table, pdf, word};

use crate::read::{bare, pages, part, poppler, said};

const RARE: &str = "金平区鮀浦、𬶍莲街道，濠江区𬒈石、礐石";
pub(crate) const HOSTILE: &[&str] = &[
    "#eval(\"1+1\")",
    "$x^2$",
    "*粗* _斜_ `码`",
    "@引用 <label>",
    "back\\slash \\u{41}",
    "]]]}}}",
    "= 不是标题",
    "<w:p>&amp;'\"",
    "// 不是注释 /* 也不是 */",
    "https://例子.中国/?a=1&b=2",
    "it's -- \"quoted\" ...",
];

fn document() -> Document {
    Document {
        title: "企业安全生产档案".into(),
        subtitle: Some("汕头市金平区鮀莲化工有限公司".into()),
        issuer: "汕头市应急管理局".into(),
        issued_on: NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(),
        facts: vec![
            Fact::new("统一社会信用代码", "91440511MA4UABCD1X"),
            Fact::new("所属镇街", "鮀莲街道"),
            Fact::new("地址", "广东省汕头市金平区鮀莲街道大学路 243 号之二厂房一至三层及东侧附属仓库"),
        ],
        marks: vec!["截至 2026-11-01 的内容".into()],
        chapters: vec![
            Chapter {
                title: "基本信息".into(),
                parts: vec![
                    Part {
                        heading: Some("登记事项".into()),
                        body: Body::Facts(vec![
                            Fact::new("法定代表人", "林昇"),
                            Fact::new("联系电话", "0754-88880000"),
                            Fact::new("经营范围", format!("危险化学品经营；{}", "普通货物仓储；".repeat(30))),
                            Fact::new("备注", ""),
                        ]),
                    },
                    Part {
                        heading: Some("说明".into()), body: Body::Text(format!("{RARE}。\n第二段。"))
                    },
                ],
            },
            Chapter {
                title: "检查记录".into(),
                parts: vec![Part { heading: Some("历次检查".into()), body: Body::Table(table(40)) }],
            },
            Chapter {
                title: "奇异的文字".into(),
                parts: vec![Part {
                    heading: None,
                    body: Body::Table(Table {
                        columns: vec![Column::wide("序号", 3), Column::new("内容")],
                        rows: HOSTILE
                            .iter()
                            .enumerate()
                            .map(|(n, text)| vec![n.to_string(), (*text).to_owned()])
                            .collect(),
                    }),
                }],
            },
            Chapter {
                title: "处罚".into(),
                parts: vec![Part {
                    heading: Some("行政处罚".into()),
                    body: Body::Table(Table {
                        columns: vec![Column::new("文号"), Column::new("日期")],
                        rows: vec![],
                    }),
                }],
            },
        ],
        check: Some(Check { code: "K7QF-2M9D".into(), url: "https://anjian.example/check/K7QF-2M9D".into() }),
    }
}

fn table(rows: usize) -> Table {
    let row = |number: usize| {
        vec![
            (number + 1).to_string(),
            format!("2026-{:02}-{:02}", number % 12 + 1, number % 28 + 1),
            "汕头市应急管理局".to_owned(),
            format!("检查{number}号：消防通道堵塞，未按规定设置安全警示标志"),
            format!("CODE{number:04}ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
        ]
    };
    Table {
        columns: vec![
            Column::wide("序号", 3),
            Column::new("检查日期"),
            Column::new("检查机关"),
            Column::new("发现的问题"),
            Column::new("编号"),
        ],
        rows: (0..rows).map(row).collect(),
    }
}

fn empty() -> Document {
    Document {
        title: String::new(),
        subtitle: None,
        issuer: String::new(),
        issued_on: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        facts: vec![],
        marks: vec![],
        chapters: vec![],
        check: None,
    }
}

/// A document of one chapter with one part.
fn with(body: Body) -> Document {
    let part = Part { heading: Some("部分".into()), body };
    Document { chapters: vec![Chapter { title: "章".into(), parts: vec![part] }], ..empty() }
}

#[test]
fn the_pdf_says_all_that_the_document_says() {
    let bytes = pdf(&document()).unwrap();
    let pages = pages(&bytes);
    let whole = pages.concat();
    for text in [
        "企业安全生产档案",
        "汕头市金平区鮀莲化工有限公司",
        "汕头市应急管理局",
        "2026年11月25日",
        RARE,
        "第二段。",
    ] {
        assert!(whole.contains(&bare(text)), "{text} is missing");
    }
    for text in ["统一社会信用代码", "91440511MA4UABCD1X", "0754-88880000", "林昇", "K7QF-2M9D", "（无）"]
    {
        assert!(whole.contains(text), "{text} is missing");
    }
    for text in ["一、基本信息", "二、检查记录", "四、处罚", "（一）登记事项", "（二）说明", "（一）行政处罚"]
    {
        assert!(whole.contains(text), "{text} is missing");
    }
    for cell in table(40).rows.concat() {
        assert!(whole.contains(&bare(&cell)), "{cell} is missing");
    }
}

#[test]
fn every_page_is_numbered_and_carries_the_mark() {
    let pages = pages(&pdf(&document()).unwrap());
    for (place, page) in pages.iter().enumerate() {
        let number = format!("第{}页共{}页", place + 1, pages.len());
        assert!(page.contains(&number), "{number} is missing in {page}");
        assert!(page.contains("截至2026-11-01的内容"), "page {} has no mark", place + 1);
    }
}

#[test]
fn the_contents_name_each_chapter_with_its_page() {
    let pages = pages(&pdf(&document()).unwrap());
    for chapter in ["一、基本信息", "二、检查记录", "三、奇异的文字", "四、处罚"] {
        let page = 1 + pages.iter().skip(1).position(|page| page.contains(chapter)).unwrap();
        let entry =
            pages[0].split(chapter).nth(1).unwrap_or_else(|| panic!("{chapter} is not in the contents"));
        let digits: String =
            entry.chars().skip_while(|c| !c.is_numeric()).take_while(|c| c.is_numeric()).collect();
        assert_eq!(digits, (page + 1).to_string(), "{chapter}");
    }
}

#[test]
fn a_document_of_one_chapter_has_no_contents() {
    let whole = pages(&pdf(&with(Body::Text("一段".into()))).unwrap()).concat();
    assert!(!whole.contains("目录"), "{whole}");
}

#[test]
fn a_table_over_pages_repeats_its_head_on_each() {
    let pages = pages(&pdf(&with(Body::Table(table(100)))).unwrap());
    assert!(pages.len() >= 3, "{}", pages.len());
    for page in &pages {
        assert!(page.contains("发现的问题"), "no head on {page}");
    }
}

#[test]
fn every_text_prints_as_itself() {
    let rows: Vec<Vec<String>> = HOSTILE.iter().map(|text| vec![(*text).to_owned()]).collect();
    let mut document = with(Body::Table(Table { columns: vec![Column::wide("内容", 1)], rows }));
    document.title = HOSTILE.join("");
    document.subtitle = Some(HOSTILE[0].into());
    document.facts = HOSTILE.iter().map(|text| Fact::new(*text, *text)).collect();
    document.chapters[0].title = HOSTILE.join("");
    document.marks = vec!["#panic()".into()];
    let whole = pages(&pdf(&document).unwrap()).concat();
    for text in HOSTILE {
        let times = whole.matches(&bare(text)).count();
        assert!(times >= 5, "{text} is there {times} times: {whole}");
    }
    assert!(whole.contains("#panic()"));
}

#[test]
fn nothing_stands_outside_the_margins() {
    let long = "A".repeat(300) + &"。".repeat(100) + &"1234567890".repeat(40);
    let cells: Vec<String> = (0..14).map(|_| long.clone()).collect();
    let columns = (0..14).map(|n| Column::new(format!("LONGCOLUMNLABEL{n}"))).collect();
    let mut document = with(Body::Table(Table { columns, rows: vec![cells] }));
    document.title = long.clone();
    document.issuer = long.clone();
    document.marks = vec![long.clone()];
    document.facts = vec![Fact::new(long.clone(), long.clone())];
    document.chapters[0].title = long.clone();
    document.chapters[0].parts.push(Part { heading: Some(long.clone()), body: Body::Text(long.clone()) });
    let boxes = poppler("pdftotext", &pdf(&document).unwrap(), &["-bbox"]);
    let mut words = 0;
    for line in boxes.lines().filter(|line| line.trim_start().starts_with("<word")) {
        let edge = |name: &str| -> f64 {
            line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
        };
        // A4 is 595 points wide, the margins are 25 and 22 mm; the blank half of a bracket or full stop may hang into them
        assert!(edge("xMin") >= 59.5 && edge("xMax") <= 544.5, "{line}");
        words += 1;
    }
    assert!(words > 50, "{boxes}");
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert!(pdf(&document()).unwrap() == pdf(&document()).unwrap());
    assert!(word(&document()).unwrap() == word(&document()).unwrap());
}

#[test]
fn fonts_are_embedded_and_only_the_letters_used() {
    let bytes = pdf(&document()).unwrap();
    let fonts = poppler("pdffonts", &bytes, &[]);
    let lines: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!lines.is_empty());
    for line in lines {
        // the columns "emb" and "sub"
        assert!(line.contains("yes yes"), "{fonts}");
    }
    assert!(bytes.len() < 1_000_000, "{} bytes", bytes.len());
}

#[test]
fn a_print_is_made_for_keeping_even_where_a_sign_has_no_font() {
    let declared = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("pdfaid:part");
    assert!(declared(&pdf(&document()).unwrap()), "PDF/A");
    let odd = with(Body::Text("一个没有字形的字：\u{10FFFD}".into()));
    assert!(pdf(&odd).unwrap().starts_with(b"%PDF"), "it is printed all the same");
}

#[test]
fn the_word_file_has_contents_and_repeats_the_heads_of_tables() {
    let text = part(&word(&document()).unwrap(), "word/document.xml");
    assert!(text.contains("目　录") && text.contains("PAGEREF chapter1"), "contents with pages");
    let tables = document()
        .chapters
        .iter()
        .flat_map(|own| own.parts.clone())
        .filter(|part| matches!(part.body, Body::Table(_)))
        .count();
    assert_eq!(text.matches("<w:tblHeader").count(), tables);
}

#[test]
fn an_empty_document_is_a_page() {
    assert_eq!(pages(&pdf(&empty()).unwrap()).len(), 1);
    assert!(!word(&empty()).unwrap().is_empty());
    for body in [
        Body::Facts(vec![]),
        Body::Text(String::new()),
        Body::Table(Table { columns: vec![], rows: vec![vec!["x".into()]] }),
        Body::Table(Table {
            columns: vec![Column::new(""), Column::wide("b", 0)],
            rows: vec![vec![], vec!["1".into(); 3]],
        }),
    ] {
        pdf(&with(body.clone())).unwrap();
        word(&with(body)).unwrap();
    }
}

#[test]
fn an_address_that_does_not_fit_the_qr_code_is_refused_with_a_code() {
    let check = Check { code: "K".into(), url: "长".repeat(3000) };
    let error = pdf(&Document { check: Some(check), ..empty() }).unwrap_err();
    assert_eq!(error.code(), "document.check_too_long");
}

#[test]
fn the_word_file_says_all_that_the_document_says() {
    let bytes = word(&document()).unwrap();
    let part = |name: &str| part(&bytes, name);
    let xml = part("word/document.xml");
    let text = said(&xml);
    for line in [
        "企业安全生产档案",
        "91440511MA4UABCD1X",
        "一、基本信息",
        "（二）说明",
        "四、处罚",
        "（无）",
        "K7QF-2M9D",
    ] {
        assert!(text.lines().any(|said| said == line), "{line} is missing in {text}");
    }
    for line in HOSTILE {
        assert!(text.lines().any(|said| said == *line), "{line} is missing");
    }
    for cell in table(40).rows.concat() {
        assert!(text.lines().any(|said| said == cell), "{cell} is missing");
    }
    assert!(text.contains(RARE));
    assert_eq!(xml.matches("<w:tbl>").count(), 5);
    assert_eq!(xml.matches("w:val=\"Heading1\"").count(), 4);
    let footer = part("word/footer1.xml");
    assert!(footer.contains("PAGE") && footer.contains("NUMPAGES"), "{footer}");
}
