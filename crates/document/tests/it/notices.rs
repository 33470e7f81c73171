//! What readers of an official paper can rely on.

use chrono::NaiveDate;
use document::{Notice, Said, Signature};

use crate::{
    documents::HOSTILE,
    read::{bare, opened, pages, part, poppler, said},
};

/// A signature of 120 by 40 pixels.
const DRAWN: &[u8] = include_bytes!("signature.png");

fn blank(label: &str) -> Signature {
    Signature { label: label.into(), drawing: None, instead: None, beside: None }
}

fn order() -> Notice {
    Notice {
        agency: "澄海区应急管理局".into(),
        title: "责令限期整改指令书".into(),
        number: Some("（澄海）应急责改〔2026〕3号".into()),
        issued_on: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
        across: None,
        marks: vec!["受澄海区应急管理局委托执法，委托执法书：澄应急委〔2026〕1号。".into()],
        to: Some("汕头市澄海区莲下塑料制品有限公司".into()),
        parts: vec![
            Said::Line(vec![
                ("地址".into(), "莲下镇工业区1号".into()),
                ("电话".into(), "0754-88880001".into()),
            ]),
            Said::Line(vec![("检查场所".into(), String::new())]),
            Said::Text("经查，你单位存在下列问题：".into()),
            Said::Text("1. 3号注塑机防护罩缺失\n2. 灭火器过期".into()),
            Said::Text(
                "现责令你单位对上述第1、2项问题于2026年12月15日前整改完毕。\n整改期间应当确保安全生产。"
                    .into(),
            ),
        ],
        signatures: vec![
            Signature {
                drawing: Some(DRAWN.to_vec()),
                beside: Some("证号：粤D0001".into()),
                ..blank("执法人员（签名）")
            },
            Signature {
                instead: Some("拒绝签名：负责人不在场".into()), ..blank("被检查单位负责人（签名）")
            },
        ],
        sealed: true,
        copies: Some("本文书一式两份：一份由澄海区应急管理局备案，一份交当事人。".into()),
    }
}

/// All that the paper says, but for what it is made of.
const SAYS: &[&str] = &[
    "澄海区应急管理局",
    "责令限期整改指令书",
    "（澄海）应急责改〔2026〕3号",
    "澄应急委〔2026〕1号",
    "汕头市澄海区莲下塑料制品有限公司：",
    "地址：",
    "莲下镇工业区1号",
    "经查，你单位存在下列问题：",
    "1. 3号注塑机防护罩缺失",
    "2. 灭火器过期",
    "于2026年12月15日前整改完毕。",
    "整改期间应当确保安全生产。",
    "执法人员（签名）：",
    "证号：粤D0001",
    "被检查单位负责人（签名）：",
    "拒绝签名：负责人不在场",
    "二〇二六年十一月二十六日",
    "本文书一式两份：一份由澄海区应急管理局备案，一份交当事人。",
];

fn draft() -> Notice {
    Notice { number: None, across: Some("草　稿".into()), ..order() }
}

#[test]
fn the_pdf_of_a_paper_says_all_of_it_on_one_page_with_the_signature_that_was_drawn() {
    let bytes = order().pdf().unwrap();
    let pages = pages(&bytes);
    assert_eq!(pages.len(), 1, "{pages:?}");
    for text in SAYS {
        assert!(pages[0].contains(&bare(text)), "{text} is missing in {}", pages[0]);
    }
    assert!(pages[0].contains("第1页共1页"), "{}", pages[0]);
    let images = poppler("pdfimages", &bytes, &["-list"]);
    assert_eq!(images.lines().skip(2).filter(|line| line.contains("120")).count(), 1, "{images}");
}

#[test]
fn signatures_never_stand_alone_on_a_page_and_an_opinion_stands_with_who_signs_it() {
    for lines in 10..30 {
        let text = (1..lines).map(|at| format!("{at}. 一个问题")).collect::<Vec<_>>().join("\n");
        let paper =
            Notice {
                parts: vec![Said::Text(format!("{text}\n最后一段。"))], marks: Vec::new(), ..order()
            };
        let pages = pages(&paper.pdf().unwrap());
        let signed = pages.iter().find(|page| page.contains("执法人员（签名）")).unwrap();
        assert!(signed.contains("最后一段。"), "{lines}: {pages:?}");

        let opinion = |who: &str| {
            let opinion = vec![(format!("{who}意见"), "同意。".to_string())];
            Said::Signed(opinion, vec![blank(&format!("{who}（签名）"))])
        };
        let parts = vec![Said::Text(text), opinion("审核"), opinion("审批")];
        let paper = Notice { parts, signatures: Vec::new(), sealed: false, copies: None, ..order() };
        let all = self::pages(&paper.pdf().unwrap());
        for who in ["审核", "审批"] {
            let page = all.iter().find(|page| page.contains(&format!("{who}意见"))).unwrap();
            assert!(page.contains(&format!("{who}（签名）")), "{lines}: {all:?}");
        }
        opened(&paper.word().unwrap());
    }
}

#[test]
fn a_draft_is_marked_on_every_page_and_tells_that_its_number_comes_later() {
    let long = (1..80)
        .map(|at| format!("{at}. 一个问题，写得长一些，好让它占去一行以上的地方，这样文书就有好几页"))
        .collect::<Vec<_>>();
    let paper = Notice { parts: vec![Said::Text(long.join("\n"))], ..draft() };
    let pages = pages(&paper.pdf().unwrap());
    assert!(pages.len() > 2);
    for (place, page) in pages.iter().enumerate() {
        assert!(page.contains("草稿"), "page {} has no mark: {page}", place + 1);
        assert!(page.contains(&format!("第{}页共{}页", place + 1, pages.len())), "{page}");
        // who keeps a copy stands where the paper ends
        assert_eq!(page.contains("本文书一式两份"), place + 1 == pages.len());
    }
    assert!(pages[0].contains("（签发时编号）"), "{}", pages[0]);
    assert!(!pages[0].contains("〔2026〕3号"));
    let word = paper.word().unwrap();
    let header = opened(&word).into_iter().find(|name| name.starts_with("word/header")).unwrap();
    assert!(said(&part(&word, &header)).contains("草　稿"));
    assert!(said(&part(&word, "word/document.xml")).contains("（签发时编号）"));
}

#[test]
fn the_word_file_of_a_paper_opens_and_says_all_of_it() {
    let bytes = order().word().unwrap();
    let names = opened(&bytes);
    assert!(names.iter().any(|name| name.starts_with("word/media/") && name.ends_with(".png")), "{names:?}");
    let text = said(&part(&bytes, "word/document.xml"));
    for line in SAYS {
        assert!(bare(&text).contains(&bare(line)), "{line} is missing in {text}");
    }
    let footer = part(&bytes, "word/footer1.xml");
    assert!(footer.contains("PAGE") && footer.contains("NUMPAGES"), "{footer}");
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    assert!(order().pdf().unwrap() == order().pdf().unwrap());
    assert!(order().word().unwrap() == order().word().unwrap());
    assert!(order().pdf().unwrap() != draft().pdf().unwrap());
}

#[test]
fn every_text_of_a_paper_prints_as_itself_within_the_margins() {
    let all = HOSTILE.join("，");
    let paper = Notice {
        agency: HOSTILE[0].into(),
        title: "长标题".repeat(15),
        to: Some(all.clone()),
        parts: vec![
            Said::Text(all.clone()),
            Said::Text(HOSTILE.join("\n")),
            Said::Line(vec![("A".repeat(20), "B".repeat(200))]),
        ],
        marks: vec![all.clone(), "1234567890".repeat(40)],
        copies: Some(all),
        ..order()
    };
    let bytes = paper.pdf().unwrap();
    let whole = pages(&bytes).concat();
    for text in HOSTILE {
        assert!(whole.matches(&bare(text)).count() >= 5, "{text}: {whole}");
    }
    for line in poppler("pdftotext", &bytes, &["-bbox"]).lines().filter(|line| line.contains("<word")) {
        let edge = |name: &str| -> f64 {
            line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
        };
        // the margins are 26 and 24 mm; the blank half of a bracket may hang into them
        assert!(edge("xMin") >= 62.0 && edge("xMax") <= 539.0, "{line}");
    }
}

#[test]
fn an_empty_paper_is_a_page() {
    let empty = Notice {
        agency: String::new(),
        title: String::new(),
        number: None,
        issued_on: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        across: None,
        marks: vec![],
        to: None,
        parts: vec![Said::Line(vec![]), Said::Text(String::new()), Said::Text(String::new())],
        signatures: vec![],
        sealed: false,
        copies: None,
    };
    assert_eq!(pages(&empty.pdf().unwrap()).len(), 1);
    opened(&empty.word().unwrap());
}
