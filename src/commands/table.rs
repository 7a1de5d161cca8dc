//! A table of plain text: columns as wide as their widest cell, two spaces between.

use crate::safe_text::SafeText;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Write rows under a heading. Cells are made safe here, so that no text of a document reaches the terminal unescaped.
pub fn write_table(heading: &[&str], rows: &[Vec<String>], out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<Vec<SafeText>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| SafeText::new(cell)).collect())
        .collect();
    let widths: Vec<usize> = heading
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let cells = rows.iter().filter_map(|row| row.get(i));
            let widest = cells.map(|cell| cell.as_str().width()).max();
            widest.unwrap_or(0).max(name.width())
        })
        .collect();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| -> io::Result<()> {
        let mut text = String::new();
        for (cell, width) in cells.zip(&widths) {
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', width + 2 - cell.width()));
        }
        writeln!(out, "{}", text.trim_end())
    };
    line(&mut heading.iter().copied())?;
    for row in &rows {
        line(&mut row.iter().map(SafeText::as_str))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_behind_wide_characters() {
        let rows = [["作者/文档", "1.0"], ["e\u{301}t", "2.0"]].map(|row| row.map(str::to_owned).to_vec());
        let mut out = Vec::new();
        write_table(&["ENTRY", "VERSION"], &rows, &mut out).unwrap();
        let lines = "ENTRY      VERSION\n作者/文档  1.0\ne\u{301}t         2.0\n";
        assert_eq!(String::from_utf8(out).unwrap(), lines);
    }
}
