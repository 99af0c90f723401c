//! Parse arguments, run a command, print an error.

use std::process::ExitCode;

fn main() -> ExitCode {
    penpal::cli::main()
}
