//! How wide a text is at most, before any browser has drawn it: the advance widths of DejaVu Sans, which is also the font
//! of the pictures for download. Other fonts that browsers choose for pages are narrower.

use super::svg::Weight;

/// Thousandths of the size, from the space on.
const FIRST: u32 = 0x20;
#[rustfmt::skip]
const REGULAR: [u16; 352] = [
    318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337, 637, 637, 637, 637, 637, 637, 637, 637,
    637, 637, 337, 337, 838, 838, 838, 531, 1000, 685, 687, 699, 771, 632, 576, 775, 752, 295, 295, 656, 558, 863, 749, 788,
    604, 788, 695, 635, 611, 732, 685, 989, 686, 611, 686, 391, 337, 391, 838, 500, 500, 613, 635, 550, 635, 616, 353, 635,
    634, 278, 278, 580, 278, 975, 634, 612, 635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637, 337, 637, 838, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 318, 401, 637, 637, 637, 637, 337, 500, 500, 1000, 472, 612, 838, 361, 1000, 500,
    500, 838, 401, 401, 500, 637, 637, 318, 500, 401, 472, 612, 970, 970, 970, 531, 685, 685, 685, 685, 685, 685, 975, 699,
    632, 632, 632, 632, 295, 295, 295, 295, 775, 749, 788, 788, 788, 788, 788, 838, 788, 732, 732, 732, 732, 611, 605, 630,
    613, 613, 613, 613, 613, 613, 982, 550, 616, 616, 616, 616, 278, 278, 278, 278, 612, 634, 612, 612, 612, 612, 612, 838,
    612, 634, 634, 634, 634, 592, 635, 592, 685, 613, 685, 613, 685, 613, 699, 550, 699, 550, 699, 550, 699, 550, 771, 635,
    775, 635, 632, 616, 632, 616, 632, 616, 632, 616, 632, 616, 775, 635, 775, 635, 775, 635, 775, 635, 752, 634, 917, 695,
    295, 278, 295, 278, 295, 278, 295, 278, 295, 278, 590, 556, 295, 278, 656, 580, 580, 558, 278, 558, 278, 558, 375, 558,
    342, 563, 285, 749, 634, 749, 634, 749, 634, 814, 749, 634, 788, 612, 788, 612, 788, 612, 1070, 1023, 695, 412, 695, 412,
    695, 412, 635, 521, 635, 521, 635, 521, 635, 521, 611, 393, 611, 393, 611, 393, 732, 634, 732, 634, 732, 634, 732, 634,
    732, 634, 732, 634, 989, 818, 611, 592, 611, 686, 525, 686, 525, 686, 525, 353,
];
#[rustfmt::skip]
const BOLD: [u16; 352] = [
    349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 523, 838, 380, 416, 380, 366, 696, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 400, 400, 838, 838, 838, 581, 1000, 774, 763, 734, 831, 684, 684, 821, 837, 373, 373, 775, 638, 996, 837, 851,
    733, 851, 771, 721, 683, 813, 774, 1104, 771, 725, 726, 458, 366, 458, 838, 500, 500, 675, 716, 593, 716, 679, 436, 716,
    712, 343, 343, 666, 343, 1042, 712, 688, 716, 716, 494, 596, 479, 712, 652, 924, 646, 652, 583, 712, 366, 712, 838, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 349, 457, 696, 696, 637, 696, 366, 500, 500, 1000, 564, 646, 838, 416, 1000, 500,
    500, 838, 438, 438, 500, 736, 637, 380, 500, 438, 564, 646, 1036, 1036, 1036, 581, 774, 774, 774, 774, 774, 774, 1085, 734,
    684, 684, 684, 684, 373, 373, 373, 373, 838, 837, 851, 851, 851, 851, 851, 838, 851, 813, 813, 813, 813, 725, 738, 720,
    675, 675, 675, 675, 675, 675, 1048, 593, 679, 679, 679, 679, 343, 343, 343, 343, 688, 712, 688, 688, 688, 688, 688, 838,
    688, 712, 712, 712, 712, 652, 716, 652, 774, 675, 774, 675, 774, 675, 734, 593, 734, 593, 734, 593, 734, 593, 831, 716,
    838, 716, 684, 679, 684, 679, 684, 679, 684, 679, 684, 679, 821, 716, 821, 716, 821, 716, 821, 716, 837, 712, 974, 791,
    373, 343, 373, 343, 373, 343, 373, 343, 373, 343, 745, 686, 373, 343, 775, 666, 666, 638, 343, 638, 343, 638, 480, 638,
    557, 643, 372, 837, 712, 837, 712, 837, 712, 983, 837, 712, 851, 688, 851, 688, 851, 688, 1167, 1095, 771, 494, 771, 494,
    771, 494, 721, 596, 721, 596, 721, 596, 721, 596, 683, 479, 683, 479, 683, 479, 813, 712, 813, 712, 813, 712, 813, 712,
    813, 712, 813, 712, 1104, 924, 725, 652, 725, 726, 583, 726, 583, 726, 583, 436,
];
/// Whatever the table does not know: as wide as it is high.
const OTHER: u16 = 1000;

/// In the units of the size.
pub fn text_width(text: &str, size: f64, weight: Weight) -> f64 {
    let table = match weight {
        Weight::Regular => &REGULAR,
        Weight::Bold => &BOLD,
    };
    let of = |letter: char| {
        let place = u32::from(letter).checked_sub(FIRST).map(|at| at as usize);
        u32::from(place.and_then(|at| table.get(at).copied()).unwrap_or(OTHER))
    };
    f64::from(text.chars().map(of).sum::<u32>()) * size / 1000.0
}

/// The text over lines no wider than this. A word that is wider is cut.
pub fn wrapped(text: &str, size: f64, weight: Weight, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line} {word}");
            if text_width(&longer, size, weight) <= width {
                *line = longer;
                continue;
            }
        }
        let mut rest = word;
        // A compound that is too long goes on after a hyphen.
        while text_width(rest, size, weight) > width {
            let mut fits = 0;
            for (at, letter) in rest.char_indices() {
                let end = at + letter.len_utf8();
                if fits > 0 && text_width(&rest[..end], size, weight) + 0.5 * size > width {
                    break;
                }
                fits = end;
            }
            if fits == rest.len() {
                break;
            }
            lines.push(format!("{}-", &rest[..fits]));
            rest = &rest[fits..];
        }
        lines.push(rest.to_owned());
    }
    lines
}

/// The text, or as much of it as is no wider than this, and a sign that it goes on.
pub fn shortened(text: &str, size: f64, weight: Weight, width: f64) -> String {
    if text_width(text, size, weight) <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for letter in text.chars() {
        short.push(letter);
        if text_width(&format!("{short}…"), size, weight) > width {
            short.pop();
            break;
        }
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_it_no_longer_fits() {
        let lines = wrapped(
            "onderwijsassistent en ondersteuningscoördinator",
            12.0,
            Weight::Regular,
            90.0,
        );
        assert!(lines.len() > 2);
        for line in &lines {
            assert!(text_width(line, 12.0, Weight::Regular) <= 92.0, "{line}");
        }
        let whole: String = lines.concat().replace(['-', ' '], "");
        assert_eq!(whole, "onderwijsassistentenondersteuningscoördinator");
        let short = shortened("Anneke van Oudheusden", 12.0, Weight::Regular, 60.0);
        assert!(short.ends_with('…') && text_width(&short, 12.0, Weight::Regular) <= 60.0);
        assert_eq!(shortened("Bo", 12.0, Weight::Bold, 60.0), "Bo");
    }
}
