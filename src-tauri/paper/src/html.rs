//! A receipt as one HTML file: read in a mail program, in a browser, and on paper.
//!
//! Mail programs know little: the page is made of tables with their style at each element, no script, and nothing is
//! loaded from anywhere. Pictures are PNG inside the file; some mail programs show none, so their text stands below.

use crate::brand::{BLUE, BLUE_STRONG, BLUE_TINT, CANVAS, INK, LINE, MUTED, PINK, PINK_TEXT, PINK_TINT, SURFACE};
use crate::dots::Dots;
use crate::piece::{Piece, pieces};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use salon_ports::{Align, ReceiptDoc};
use salon_symbol as symbol;
use std::fmt::Write;

/// What an HTML receipt says besides its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HtmlOptions<'a> {
    /// The BCP 47 tag of the receipt's language.
    pub language: &'a str,
    /// The title of the page, such as `Receipt 17 - Salon`.
    pub title: &'a str,
}

const FONT: &str = "'Source Sans 3','Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/// What cannot be said at an element. Mail programs that ignore it lose nothing but niceties.
const STYLE: &str = "\
:root{color-scheme:light}\
@page{margin:14mm}\
@media print{\
body,.ground{background:none!important;padding:0!important}\
.sheet{border-left:0!important;border-right:0!important;border-bottom:0!important;border-radius:0!important}\
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}\
tr,img,.keep{break-inside:avoid}\
}";

/// `doc` as a page of its own. Everything of it is text: markup in it stays text.
pub fn html(doc: &ReceiptDoc, options: &HtmlOptions<'_>) -> String {
    let mut page = Page { out: String::with_capacity(8 * 1024), rows_open: false };
    page.begin(options);
    for piece in &pieces(doc) {
        page.piece(piece);
    }
    page.end();
    page.out
}

struct Page {
    out: String,
    /// Rows that follow one another are one table, so that their amounts stand below one another.
    rows_open: bool,
}

impl Page {
    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing into a string cannot fail.
        let _ = self.out.write_fmt(text);
        self.out.push('\n');
    }

    fn begin(&mut self, options: &HtmlOptions<'_>) {
        let (language, title) = (escape(options.language), escape(options.title));
        self.push(format_args!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>"
        ));
        let (ground, sheet, line, pink) = (CANVAS.hex(), SURFACE.hex(), LINE.hex(), PINK.hex());
        self.push(format_args!(
            "<body style=\"margin:0;padding:0;background:{ground}\">\n\
             <table role=\"presentation\" class=\"ground\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
             style=\"background:{ground}\"><tr><td align=\"center\" style=\"padding:24px 12px\">\n\
             <table role=\"presentation\" class=\"sheet\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
             style=\"width:100%;max-width:440px;background:{sheet};border:1px solid {line};border-top:5px solid {pink};\
             border-radius:8px\"><tr><td style=\"padding:28px 28px 24px;text-align:left;font-family:{FONT};\
             font-size:16px;line-height:1.4;color:{};font-variant-numeric:tabular-nums\">\n<div role=\"main\">",
            INK.hex()
        ));
    }

    fn end(&mut self) {
        self.close_rows();
        self.push(format_args!("</div>\n</td></tr></table>\n</td></tr></table>\n</body>\n</html>"));
    }

    fn close_rows(&mut self) {
        if std::mem::take(&mut self.rows_open) {
            self.push(format_args!("</table>"));
        }
    }

    fn piece(&mut self, piece: &Piece) {
        if let Piece::Row { left, right, bold, detail } = piece {
            return self.row(left, right, *bold, *detail);
        }
        self.close_rows();
        match piece {
            Piece::Heading(text) => self.heading(text),
            Piece::Total { label, amount } => self.total(label, amount),
            Piece::Mark(text) => self.mark(text),
            Piece::Text { text, align, bold } => self.text(text, *align, *bold),
            Piece::Row { .. } => {}
            Piece::Rule => {
                self.push(format_args!("<hr style=\"border:0;border-top:1px solid {};margin:14px 0\">", LINE.hex()))
            }
            Piece::Gap(lines) => {
                let height = 12 * u32::from(*lines);
                self.push(format_args!("<div style=\"height:{height}px;line-height:{height}px\">&nbsp;</div>"));
            }
            Piece::Qr(content) => {
                let dots = symbol::qr(content).map(|matrix| Dots::of_qr(&matrix));
                self.symbol(content, dots, QR_MODULE_PX, QR_MODULE_PX);
            }
            Piece::Barcode { content, symbology } => {
                let bars = symbol::bars(*symbology, content);
                self.symbol(content, bars.map(|bars| Dots::of_bars(&bars)), BAR_PX, BARS_HEIGHT_PX);
            }
            Piece::Table { header, rows } => self.table(header, rows),
            Piece::Image { bitmap, alt } => {
                let dots = Dots::of_bitmap(bitmap);
                // Two dots a pixel: sharp on a fine screen.
                self.image(&dots, dots.width.div_ceil(2), alt);
            }
        }
    }

    fn heading(&mut self, text: &str) {
        self.push(format_args!(
            "<h1 style=\"margin:0 0 6px;text-align:center;font-size:28px;line-height:1.15;font-weight:700;\
             letter-spacing:-0.01em;color:{}\">{}</h1>",
            BLUE_STRONG.hex(),
            lines(text)
        ));
    }

    fn total(&mut self, label: &str, amount: &str) {
        let cell = format!("background:{};color:{};font-weight:700", BLUE_TINT.hex(), BLUE_STRONG.hex());
        self.push(format_args!(
            "<table role=\"presentation\" class=\"keep\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
             style=\"margin:10px 0 12px\"><tr><td style=\"{cell};padding:10px 8px 10px 12px;text-align:left;\
             font-size:17px;letter-spacing:0.04em;border-radius:5px 0 0 5px\">{} </td><td style=\"{cell};\
             padding:8px 12px 8px 0;text-align:right;white-space:nowrap;font-size:28px;line-height:1.2;\
             border-radius:0 5px 5px 0\">{}</td></tr></table>",
            escape(label),
            escape(amount)
        ));
    }

    fn mark(&mut self, text: &str) {
        self.push(format_args!(
            "<p style=\"margin:12px 0;padding:4px 12px;text-align:center;font-size:21px;font-weight:700;\
             letter-spacing:0.08em;color:{};background:{};border:2px solid {};border-radius:5px\">{}</p>",
            PINK_TEXT.hex(),
            PINK_TINT.hex(),
            PINK.hex(),
            lines(text)
        ));
    }

    fn text(&mut self, text: &str, align: Align, bold: bool) {
        let (color, more) = match (align, bold) {
            (Align::Left, true) => (BLUE, "margin:10px 0 2px;font-weight:600"),
            (_, true) => (PINK_TEXT, "margin:4px 0;font-weight:600"),
            (Align::Center, false) => (MUTED, "margin:0"),
            (_, false) => (INK, "margin:0"),
        };
        let align = css_align(align);
        self.push(format_args!(
            "<p style=\"{more};text-align:{align};color:{};overflow-wrap:anywhere\">{}</p>",
            color.hex(),
            lines(text)
        ));
    }

    fn row(&mut self, left: &str, right: &str, bold: bool, detail: bool) {
        if !std::mem::replace(&mut self.rows_open, true) {
            self.push(format_args!(
                "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
                 style=\"border-collapse:collapse\">"
            ));
        }
        let color = if detail { MUTED } else { INK }.hex();
        let weight = if bold { 700 } else { 400 };
        let indent = if detail { "16px" } else { "0" };
        self.push(format_args!(
            "<tr><td style=\"padding:2px 12px 2px {indent};vertical-align:top;text-align:left;color:{color};\
             font-weight:{weight};overflow-wrap:anywhere\">{}</td><td style=\"padding:2px 0;vertical-align:top;\
             text-align:right;white-space:nowrap;color:{color};font-weight:{weight}\">{}</td></tr>",
            lines(left),
            escape(right)
        ));
    }

    fn table(&mut self, header: &[String], rows: &[Vec<String>]) {
        self.push(format_args!(
            "<table class=\"keep\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
             style=\"border-collapse:collapse;font-size:14px\">\n<thead><tr>"
        ));
        for (at, cell) in header.iter().enumerate() {
            self.push(format_args!(
                "<th scope=\"col\" style=\"{};border-bottom:1px solid {};font-weight:600;color:{}\">{}</th>",
                cell_style(at),
                LINE.hex(),
                MUTED.hex(),
                escape(cell)
            ));
        }
        self.push(format_args!("</tr></thead>\n<tbody>"));
        for row in rows {
            self.push(format_args!("<tr>"));
            for (at, cell) in row.iter().enumerate() {
                let (tag, scope) = if at == 0 { ("th", " scope=\"row\"") } else { ("td", "") };
                self.push(format_args!(
                    "<{tag}{scope} style=\"{};font-weight:400\">{}</{tag}>",
                    cell_style(at),
                    escape(cell)
                ));
            }
            self.push(format_args!("</tr>"));
        }
        self.push(format_args!("</tbody></table>"));
    }

    /// A code to be scanned, and what it says below; a dot of it is `across` × `down` dots of the picture, which is
    /// shown at half its size: sharp on a fine screen.
    fn symbol(&mut self, content: &str, dots: Option<Dots>, across: usize, down: usize) {
        if content.is_empty() {
            return;
        }
        if let Some(dots) = dots {
            self.image(&dots.enlarged(across, down), dots.width * across / 2, "");
        }
        let text = escape(&crate::piece::clean(content));
        let is_link = ["https://", "http://"].iter().any(|scheme| content.starts_with(scheme));
        let text = if is_link { format!("<a href=\"{text}\" style=\"color:{}\">{text}</a>", BLUE.hex()) } else { text };
        self.push(format_args!(
            "<p style=\"margin:2px 0 8px;text-align:center;font-size:14px;color:{};overflow-wrap:anywhere\">{text}</p>",
            MUTED.hex()
        ));
    }

    fn image(&mut self, dots: &Dots, width_px: usize, alt: &str) {
        let alt = escape(alt);
        match dots.png() {
            Some(png) => self.push(format_args!(
                "<p style=\"margin:12px 0 4px;text-align:center\"><img src=\"data:image/png;base64,{}\" \
                 width=\"{width_px}\" alt=\"{alt}\" style=\"max-width:100%;height:auto;border:0\"></p>",
                BASE64.encode(png)
            )),
            None if alt.is_empty() => {}
            None => self.push(format_args!("<p style=\"margin:0;text-align:center\">{alt}</p>")),
        }
    }
}

const QR_MODULE_PX: usize = 8;
const BAR_PX: usize = 4;
const BARS_HEIGHT_PX: usize = 104;

fn css_align(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Center => "center",
        Align::Right => "right",
    }
}

fn cell_style(at: usize) -> &'static str {
    if at == 0 {
        "padding:3px 8px 3px 0;text-align:left"
    } else {
        "padding:3px 0 3px 8px;text-align:right;white-space:nowrap"
    }
}

fn lines(text: &str) -> String {
    escape(text).replace('\n', "<br>")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use salon_ports::ReceiptPart;

    fn page(parts: Vec<ReceiptPart>) -> String {
        html(&ReceiptDoc { parts }, &HtmlOptions { language: "en", title: "<Receipt>" })
    }

    fn columns(left: &str, right: &str) -> ReceiptPart {
        ReceiptPart::Columns { left: left.into(), right: right.into(), bold: false }
    }

    #[test]
    fn markup_in_a_name_stays_text() {
        let page = page(vec![
            columns("<script>alert('1')</script>", "\"&"),
            ReceiptPart::Qr { content: "javascript:alert(\"1\")".into() },
            ReceiptPart::Qr { content: "https://salon.example/r?a=1&b=\"2".into() },
            ReceiptPart::Table { header: vec!["<b>".into()], rows: vec![vec!["</table>".into()]] },
        ]);
        assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;") && page.contains("&quot;&amp;"));
        assert!(!page.contains("<script") && !page.contains("<b>") && page.matches("</table>").count() == 4);
        assert!(page.contains("<title>&lt;Receipt&gt;</title>"));
        assert_eq!(page.matches("href=").count(), 1, "only what is an address is a link");
        assert!(page.contains("href=\"https://salon.example/r?a=1&amp;b=&quot;2\""));
    }

    #[test]
    fn nothing_is_loaded_and_nothing_runs() {
        let bitmap = salon_ports::Bitmap { width_dots: 8, height_dots: 1, rows: vec![0xAA] };
        let page = page(vec![
            ReceiptPart::Image { bitmap, alt: "Salon".into() },
            ReceiptPart::Barcode { content: "R1-1".into(), symbology: salon_ports::Symbology::Code128 },
            ReceiptPart::Barcode { content: "ü".into(), symbology: salon_ports::Symbology::Code128 },
        ]);
        assert_eq!(page.matches("src=").count(), page.matches("src=\"data:image/png;base64,").count());
        for word in ["<script", "<link", "@import", "url(", "<svg", "http"] {
            assert!(!page.contains(word), "{word}");
        }
        assert!(page.contains("alt=\"Salon\"") && page.contains(">R1-1</p>"));
        assert!(page.contains(">ü</p>"), "what no bar code can say is said in words");
        assert_eq!(page.matches("<img").count(), 2);
    }

    #[test]
    fn rows_that_follow_one_another_are_one_table() {
        let page = page(vec![columns("a", "1"), columns("b", "2"), ReceiptPart::Rule, columns("c", "3")]);
        assert_eq!(page.matches("<table").count(), 2 + 2);
        assert_eq!(page.matches("<table").count(), page.matches("</table>").count());
    }

    proptest! {
        /// Whatever a part says, the page has as many elements as the same part with harmless text.
        #[test]
        fn no_text_makes_an_element(text in "[<>&\"'/a-z \\n\u{0}]{0,40}") {
            let parts = |text: &str| vec![
                ReceiptPart::Text { text: text.into(), align: Align::Center, bold: false, double: true },
                ReceiptPart::Text { text: text.into(), align: Align::Left, bold: false, double: false },
                columns(text, text),
                ReceiptPart::Table { header: vec![text.into()], rows: vec![vec![text.into()]] },
            ];
            let elements = |page: &str| page.replace("<br>", "").matches('<').count();
            prop_assert_eq!(elements(&page(parts(&text))), elements(&page(parts("x"))));
        }
    }
}
