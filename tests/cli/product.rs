//! `casebook product`: what was infused.

use crate::support::{Desk, SMALL};

#[test]
fn products_are_recorded_and_listed() {
    let desk = Desk::with_registry();
    shows!(
        desk.run(r#"product add huc-msc --cell-type MSC --tissue "umbilical cord" --donor allogeneic"#).ok(),
        desk.run(r#"product add lot-17 --cell-type MSC --tissue 骨髓 --donor autologous --lot 17 --state frozen"#).ok(),
        desk.run("product list").ok(),
    );
}

#[test]
fn patients_and_infusions_are_counted() {
    let desk = Desk::after(SMALL);
    desk.run("infusion add a-2024/1 --product cells").ok();
    desk.run("infusion add a-2024/2 --product cells").ok();
    let products = desk.run("product list --format json").ok().json();
    assert_eq!(products["products"][0]["patients"], 2);
    assert_eq!(products["products"][0]["infusions"], 3);
}

#[test]
fn the_list_in_csv_and_md() {
    let desk = Desk::small();
    shows!(desk.run("product list --format csv").ok(), desk.run("product list --format md").ok());
}

#[test]
fn quiet_and_files() {
    let desk = Desk::small();
    let list = desk.run("product list -q -o products.json").ok();
    assert_eq!((list.stdout.as_str(), list.stderr.as_str()), ("", ""));
    assert_eq!(desk.text("products.json"), desk.run("product list --format json").ok().stdout);
}
