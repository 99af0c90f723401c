//! `penpal completions SHELL` and `penpal man`: both come out of the descriptions of the flags.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::Out;

#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

pub fn completions(args: &CompletionsArgs, out: &mut Out) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Args::command(), "penpal", &mut script);
    print(&script, out)
}

/// One page for all commands, so that nobody has to know which page to ask for.
pub fn man(out: &mut Out) -> anyhow::Result<ExitCode> {
    let mut page = Vec::new();
    let command = super::Args::command();
    let manual = Man::new(command.clone());
    manual.render_title(&mut page)?;
    manual.render_name_section(&mut page)?;
    manual.render_synopsis_section(&mut page)?;
    manual.render_options_section(&mut page)?;
    for subcommand in command.get_subcommands() {
        let name = subcommand.get_name();
        let manual = Man::new(subcommand.clone().bin_name(format!("penpal {name}")));
        let mut section = Vec::new();
        manual.render_synopsis_section(&mut section)?;
        manual.render_description_section(&mut section)?;
        manual.render_options_section(&mut section)?;
        // What would be sections of a page of its own are parts of one here.
        let section = String::from_utf8_lossy(&section);
        let section =
            section.replace(".SH SYNOPSIS", "").replace(".SH DESCRIPTION", ".PP").replace(".SH OPTIONS", ".PP");
        page.extend(format!(".SH \"PENPAL {}\"\n{section}", name.to_uppercase()).bytes());
    }
    print(&page, out)
}

fn print(bytes: &[u8], out: &mut Out) -> anyhow::Result<ExitCode> {
    out.raw(&String::from_utf8_lossy(bytes))?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
