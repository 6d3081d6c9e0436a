//! What people answered: `items.csv`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::{
    domain::fault::Faults,
    evaluation::scales::ScaleDefinition,
    exchange::table::{Column, Table},
};

use super::{Reading, Sheet};

impl Reading {
    pub(super) fn items(&mut self, bytes: &[u8], scales: &[ScaleDefinition], faults: &mut Faults) {
        let Some(table) = Table::open("items.csv", bytes, faults) else {
            return;
        };
        let respondent = table.required("respondent", faults);
        let school = table.optional("school").or_else(|| table.optional("group"));
        let school = school.or_else(|| table.required("school", faults));
        let wave = table.optional("wave");
        let seconds = table.optional("seconds_per_item");
        // Without a column for it, the wave is the only one there is.
        let only_wave = match self.waves.words.as_slice() {
            [] => Some("1".to_owned()),
            [one] => Some(one.clone()),
            _ => None,
        };
        if wave.is_none() && only_wave.is_none() {
            table.required("wave", faults);
        }
        let mut ranges: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for scale in scales {
            for item in &scale.items {
                let (min, max) = ranges.entry(item).or_insert((scale.min, scale.max));
                (*min, *max) = (min.max(scale.min), max.min(scale.max));
            }
        }
        type Asked = (Arc<str>, (f64, f64), Option<Column>);
        let columns: Vec<Asked> = ranges
            .into_iter()
            .map(|(item, range)| (item.into(), range, table.required(item, faults)))
            .collect();
        let (Some(respondent), Some(school)) = (respondent, school) else {
            return;
        };
        let mut lines: HashMap<(u32, u32, String), u64> = HashMap::new();
        table.each_row(faults, |row, faults| {
            let key = row.required(&respondent, faults);
            let in_school = row.required(&school, faults);
            let in_wave = match &wave {
                Some(column) => row.required(column, faults),
                None => only_wave.as_deref(),
            };
            let seconds_per_item = seconds
                .as_ref()
                .and_then(|column| row.number(column, faults).map(|time| (column, time)))
                .map(|(column, time)| {
                    if time < 0.0 {
                        faults.push(row.fault(
                            column,
                            "out_of_range",
                            format!("{time} is less than no time"),
                            "correct the seconds, or leave them empty",
                        ));
                    }
                    time
                });
            let mut items = Vec::with_capacity(columns.len());
            for (item, (min, max), column) in &columns {
                let Some(column) = column else { continue };
                let Some(value) = row.number(column, faults) else {
                    continue;
                };
                if value < *min || value > *max {
                    let message = format!("{value} is outside {min} to {max}");
                    let way_out = "correct the answer, or min and max in scales.toml";
                    faults.push(row.fault(column, "out_of_range", message, way_out));
                }
                items.push((Arc::clone(item), value));
            }
            let (Some(key), Some(in_school), Some(in_wave)) = (key, in_school, in_wave) else {
                return;
            };
            let (school, wave) = (self.schools.number(in_school), self.waves.number(in_wave));
            if let Some(first) = lines.insert((school, wave, key.to_owned()), row.line) {
                let message =
                    format!("`{key}` already answered in this school and wave, on line {first}");
                faults.push(row.fault(
                    &respondent,
                    "respondent_twice",
                    message,
                    "keep one of the two rows",
                ));
                return;
            }
            self.sheets.push(Sheet {
                respondent: key.to_owned(),
                school,
                wave,
                items: items.into_iter().collect(),
                seconds_per_item,
            });
        });
    }
}
