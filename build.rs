fn main() {
    // Migrations, templates and texts are compiled in: a new file must lead to a new build.
    for folder in [
        "src/storage/migrations",
        "src/web",
        "src/locale",
        "instruments",
    ] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
