/// A page is made of many small pieces, on several threads at once: there this allocator takes half the time of the
/// system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    schakel::cli::run()
}
