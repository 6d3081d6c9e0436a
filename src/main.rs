fn main() -> std::process::ExitCode {
    schakel::cli::run()
}
