//! Join the JSON reports of the parts of a hub into the report that one run would have written.

use super::json::SCHEMA;
use super::{Known, NotChecked, Suppressed, safe};
use crate::diagnostic::Severity;
use crate::hub::EXCLUDED;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A report of one part, and where it came from.
#[derive(Debug)]
pub struct Part<T> {
    /// The file, to name it in errors.
    pub name: String,
    /// Its content.
    pub report: T,
}

/// A joined report.
#[derive(Debug)]
pub struct Merged<T> {
    /// The report.
    pub report: T,
    /// The most severe finding.
    pub worst: Option<Severity>,
}

/// Join JSON reports.
///
/// # Errors
/// Parts that are no such reports, are missing, come twice or have the same finding.
pub fn merge(parts: Vec<Part<Value>>) -> Result<Merged<Value>, String> {
    let mut shards = Vec::new();
    let mut names = Vec::new();
    let mut known = BTreeMap::new();
    let mut all_known = true;
    let mut summary = Value::Object(Map::new());
    let mut not_checked = NotChecked::default();
    let mut suppressed = Suppressed::default();
    let mut diagnostics = Vec::new();
    let mut worst = None;
    for part in parts {
        let name = part.name;
        let wrong = |what: &str| format!("`{name}`: {what}");
        let Value::Object(mut report) = part.report else {
            return Err(wrong("not a report of chub-lint"));
        };
        if report.get("schema").and_then(Value::as_u64) != Some(u64::from(SCHEMA)) {
            return Err(wrong(&format!("not a report of schema {SCHEMA}")));
        }
        let (Some(Value::Object(mut counts)), Some(Value::Array(found))) =
            (report.remove("summary"), report.remove("diagnostics"))
        else {
            return Err(wrong("not a report: `summary` or `diagnostics` is missing"));
        };
        not_checked.add(typed(&mut counts, "not_checked").map_err(|e| wrong(&e))?);
        suppressed.add(typed(&mut counts, "suppressed").map_err(|e| wrong(&e))?);
        let counts = Value::Object(counts);
        let shard = report.get("shard").filter(|shard| !shard.is_null());
        shards.push(shard.map(shard_of).transpose().map_err(|e| wrong(&e))?);
        all_known &= shard.is_some_and(|shard| learn(shard, &counts, &mut known));
        add(&mut summary, counts).map_err(|e| wrong(&e))?;
        for mut diagnostic in found {
            let severity = severity_of(&diagnostic).ok_or_else(|| wrong("a finding without a severity"))?;
            worst = worst.max(Some(severity));
            make_safe(&mut diagnostic);
            let place = place(&diagnostic).ok_or_else(|| wrong("a finding without a place"))?;
            diagnostics.push((place, names.len(), diagnostic));
        }
        names.push(name);
    }
    complete(&shards)?;
    if all_known {
        summary["packages"] = counted(&known);
        // What one part could not look up another one knew.
        let is_unknown = |name: &str| known.get(name).is_none_or(|known| *known == Known::Unknown);
        not_checked
            .packages
            .retain(|name, reason| reason == EXCLUDED || is_unknown(name));
    }
    summary["suppressed"] = serde_json::json!(suppressed);
    let mut not_checked = serde_json::json!(not_checked);
    make_safe(&mut not_checked);
    summary["not_checked"] = not_checked;
    let mut report = Map::new();
    report.insert("schema".to_owned(), SCHEMA.into());
    report.insert("summary".to_owned(), summary);
    let diagnostics = in_order(diagnostics, &names)?;
    report.insert("diagnostics".to_owned(), Value::Array(diagnostics));
    Ok(Merged {
        report: Value::Object(report),
        worst,
    })
}

/// Where a finding stands in the order of a run: path, place, rule, message.
pub(super) type Place = (Vec<u8>, [usize; 4], String, String);

/// Put the findings of all parts in order. A part has those of its own entries; only the config and the baseline
/// are files that several parts may report on, each for its own entries.
pub(super) fn in_order<T>(mut findings: Vec<(Place, usize, T)>, names: &[String]) -> Result<Vec<T>, String> {
    findings.sort_by(|a, b| a.0.cmp(&b.0));
    let same = findings.windows(2).find_map(|pair| match pair {
        [a, b] if a.0 == b.0 && a.1 != b.1 => Some((a.1, b.1, &a.0)),
        _ => None,
    });
    if let Some((one, other, (path, ..))) = same {
        let name = |part: usize| names.get(part).map_or("", String::as_str);
        return Err(format!(
            "`{}` and `{}` have the same finding in `{}`: they are not parts of one run",
            name(one),
            name(other),
            String::from_utf8_lossy(path)
        ));
    }
    Ok(findings.into_iter().map(|(_, _, finding)| finding).collect())
}

/// Check that the parts are all there: each of `1/N` to `N/N` once, or no part says that it is one.
pub(super) fn complete(shards: &[Option<(usize, usize)>]) -> Result<(), String> {
    let Some(count) = shards.iter().flatten().map(|(_, count)| *count).next() else {
        return Ok(());
    };
    let mut seen = BTreeSet::new();
    for shard in shards {
        match shard {
            None => return Err("some files are parts of a hub and some are whole reports".to_owned()),
            Some((index, of)) if *of != count => {
                return Err(format!("part {index}/{of} does not belong to parts of {count}"));
            }
            Some((index, _)) if !seen.insert(*index) => {
                return Err(format!("part {index}/{count} appears twice"));
            }
            Some(_) => {}
        }
    }
    let missing: Vec<_> = (1..=count)
        .filter(|index| !seen.contains(index))
        .map(|index| format!("{index}/{count}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("missing: {}", missing.join(", ")))
}

fn shard_of(shard: &Value) -> Result<(usize, usize), String> {
    let number = |key: &str| {
        let number = shard.get(key).and_then(Value::as_u64);
        number.and_then(|n| usize::try_from(n).ok())
    };
    match (number("index"), number("count")) {
        (Some(index), Some(count)) if (1..=count).contains(&index) => Ok((index, count)),
        _ => Err("`shard` has no `index` of `count`".to_owned()),
    }
}

/// Remember what a part knew about packages. Several parts may use one package, and one run counts it once.
/// False when the part does not say for every package that it counted.
fn learn(shard: &Value, counts: &Value, known: &mut BTreeMap<String, Known>) -> bool {
    let Some(Value::Object(packages)) = shard.get("packages") else {
        return false;
    };
    for (package, how) in packages {
        let Ok(how) = serde_json::from_value::<Known>(how.clone()) else {
            return false;
        };
        let best = known.entry(package.clone()).or_insert(how);
        *best = how.min(*best);
    }
    let counted = counts.get("packages").and_then(Value::as_object);
    let counted = counted.map_or(0, |c| c.values().filter_map(Value::as_u64).sum());
    counted == packages.len() as u64
}

fn counted(known: &BTreeMap<String, Known>) -> Value {
    let of = |how: Known| known.values().filter(|k| **k == how).count();
    serde_json::json!({
        "checked": of(Known::Checked),
        "cached": of(Known::Cached),
        "unknown": of(Known::Unknown),
    })
}

/// Add the numbers of a summary to those of another.
fn add(sum: &mut Value, part: Value) -> Result<(), String> {
    let (Value::Object(sum), Value::Object(part)) = (sum, part) else {
        return Err("`summary` is not an object".to_owned());
    };
    for (key, value) in part {
        match (sum.get_mut(&key), value) {
            (Some(old), value @ Value::Object(_)) => add(old, value)?,
            (Some(old), value) => {
                let both = old
                    .as_u64()
                    .zip(value.as_u64())
                    .and_then(|(a, b)| a.checked_add(b));
                *old = both
                    .ok_or_else(|| format!("`summary.{key}` is not a number"))?
                    .into();
            }
            (None, value) => {
                sum.insert(key, value);
            }
        }
    }
    Ok(())
}

/// Take a part of a summary out of it; its default when a report of an older version does not have it.
fn typed<T: Default + serde::de::DeserializeOwned>(
    counts: &mut Map<String, Value>,
    key: &str,
) -> Result<T, String> {
    match counts.remove(key) {
        Some(value) => {
            serde_json::from_value(value).map_err(|_| format!("`summary.{key}` is not one of a report"))
        }
        None => Ok(T::default()),
    }
}

fn place(diagnostic: &Value) -> Option<Place> {
    let text = |key: &str| diagnostic.get(key)?.as_str().map(str::to_owned);
    let number = |key: &str| usize::try_from(diagnostic.get(key)?.as_u64()?).ok();
    let at = [
        number("line")?,
        number("column")?,
        number("end_line")?,
        number("end_column")?,
    ];
    Some((text("path")?.into_bytes(), at, text("rule")?, text("message")?))
}

fn severity_of(diagnostic: &Value) -> Option<Severity> {
    serde_json::from_value(diagnostic.get("severity")?.clone()).ok()
}

/// A part is a file from anywhere. The texts of edits are data and stay.
fn make_safe(value: &mut Value) {
    match value {
        Value::String(text) => *text = safe::text(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(make_safe),
        Value::Object(fields) => {
            for (key, value) in fields {
                if key != "edits" {
                    make_safe(value);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn part(name: &str, shard: &str, packages: &Value, paths: &[&str]) -> Part<Value> {
        let (index, count) = shard.split_once('/').unwrap();
        let number = |text: &str| text.parse::<usize>().unwrap();
        let count_of = |how: &str| {
            let all = packages.as_object().unwrap().values();
            all.filter(|v| v.as_str() == Some(how)).count()
        };
        let all = packages.as_object().unwrap().iter();
        let unknown: BTreeMap<_, _> = all
            .filter(|(_, known)| *known == "unknown")
            .map(|(name, _)| (name, "offline"))
            .collect();
        let diagnostics: Vec<_> = paths
            .iter()
            .map(|path| {
                json!({
                    "rule": "r", "severity": "warning", "path": path, "line": 1, "column": 1,
                    "end_line": 1, "end_column": 1, "message": "m",
                })
            })
            .collect();
        Part {
            name: name.to_owned(),
            report: json!({
                "schema": SCHEMA,
                "shard": {"index": number(index), "count": number(count), "packages": packages},
                "summary": {"documents": 2, "packages": {
                    "checked": count_of("checked"), "cached": count_of("cached"), "unknown": count_of("unknown"),
                }, "suppressed": {"allow": 1, "baseline": 0, "paths": 2}, "not_checked": {
                    "rules": ["bad-date"], "documents": {"excluded": 1}, "blocks": {}, "packages": unknown,
                }},
                "diagnostics": diagnostics,
            }),
        }
    }

    #[test]
    fn numbers_add_up_and_packages_count_once() {
        let parts = vec![
            part(
                "b",
                "2/2",
                &json!({"pypi:x": "cached", "npm:y": "unknown", "npm:z": "unknown"}),
                &["b"],
            ),
            part(
                "a",
                "1/2",
                &json!({"pypi:x": "checked", "npm:z": "checked"}),
                &["a", "c"],
            ),
        ];
        let merged = merge(parts).unwrap();
        assert_eq!(merged.worst, Some(Severity::Warning));
        assert_eq!(
            merged.report["summary"],
            json!({
                "documents": 4,
                "packages": {"checked": 2, "cached": 0, "unknown": 1},
                "suppressed": {"allow": 2, "baseline": 0, "paths": 4},
                "not_checked": {
                    "rules": ["bad-date"], "documents": {"excluded": 2}, "blocks": {}, "packages": {"npm:y": "offline"},
                },
            })
        );
        let paths: Vec<_> = merged.report["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .map(|d| &d["path"])
            .collect();
        assert_eq!(paths, ["a", "b", "c"]);
        assert!(merged.report.get("shard").is_none());
    }

    #[test]
    fn parts_that_do_not_make_a_whole_are_refused() {
        let none = json!({});
        let error = |parts: Vec<Part<Value>>| merge(parts).unwrap_err();
        assert_eq!(error(vec![part("a", "1/3", &none, &[])]), "missing: 2/3, 3/3");
        let twice = vec![part("a", "1/2", &none, &[]), part("b", "1/2", &none, &[])];
        assert_eq!(error(twice), "part 1/2 appears twice");
        let same = vec![part("a", "1/2", &none, &["x"]), part("b", "2/2", &none, &["x"])];
        assert_eq!(
            error(same),
            "`a` and `b` have the same finding in `x`: they are not parts of one run"
        );
        let mut whole = part("b", "2/2", &none, &[]);
        whole.report["shard"] = Value::Null;
        let mixed = vec![part("a", "1/2", &none, &[]), whole];
        assert!(error(mixed).contains("some are whole"));
        let foreign = Part {
            name: "x".to_owned(),
            report: json!([]),
        };
        assert_eq!(error(vec![foreign]), "`x`: not a report of chub-lint");
    }
}
