//! The real binary in a pseudo-terminal, read back through a terminal emulator.

use std::{
    io::{Read, Write},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::Penpal;

/// The real binary in a pseudo-terminal, its screen read back through an emulator.
pub struct Console {
    pub parser: vt100::Parser,
    /// Everything that came, as it came.
    all: Vec<u8>,
    /// What this terminal says when it is asked for its name, the size of its cells, and its attributes.
    says: &'static str,
    /// How many questions it has answered.
    answered: usize,
    output: Receiver<Vec<u8>>,
    input: Box<dyn Write + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    // The terminal hangs up when this is dropped.
    master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Console {
    pub fn open(penpal: &Penpal, arguments: &[&str]) -> Self {
        Self::start(penpal, env!("CARGO_BIN_EXE_penpal"), arguments)
    }

    /// Another program, in the surroundings of a user of penpal.
    pub fn of(penpal: &Penpal, program: &str, arguments: &[&str]) -> Self {
        Self::start(penpal, program, arguments)
    }

    /// A shell that knows of jobs.
    pub fn in_shell(penpal: &Penpal) -> Self {
        Self::start(penpal, "sh", &["-i", "-m"])
    }

    fn start(penpal: &Penpal, program: &str, arguments: &[&str]) -> Self {
        let size = PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        let like = penpal.command(arguments);
        for (name, value) in like.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            }
        }
        command.env("TERM", "xterm-256color");
        command.args(arguments);
        command.cwd(penpal.home());
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let input = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let parser = vt100::Parser::new(30, 100, 0);
        let says = "\x1b[?62;22c";
        Self { parser, all: Vec::new(), says, answered: 0, output, input, child, master: pair.master }
    }

    /// This terminal is one of those that say so much of themselves.
    pub fn saying(mut self, says: &'static str) -> Self {
        self.says = says;
        self
    }

    /// Answers what the program asked, as every terminal does.
    fn answer(&mut self) {
        let question = b"\x1b[c";
        let asked = self.all.windows(question.len()).filter(|part| part == question).count();
        if asked > self.answered {
            self.answered = asked;
            self.input.write_all(self.says.as_bytes()).unwrap();
        }
    }

    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// Everything that the program wrote so far, escape sequences and all.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.all).into_owned()
    }

    /// Blocks until the screen shows what is waited for.
    #[track_caller]
    pub fn wait(&mut self, what: &str, shown: impl Fn(&vt100::Screen) -> bool) {
        self.wait_until(what, |console| shown(console.parser.screen()));
    }

    /// Blocks until what is waited for was written, escape sequences and all.
    #[track_caller]
    pub fn wait_written(&mut self, what: &str, written: impl Fn(&str) -> bool) {
        self.wait_until(what, |console| written(&console.raw()));
    }

    #[track_caller]
    fn wait_until(&mut self, what: &str, is_there: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !is_there(self) {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => {
                    self.parser.process(&bytes);
                    self.all.extend(bytes);
                    self.answer();
                }
                Err(error) => panic!("{what} never came ({error}):\n{}", self.text()),
            }
        }
    }

    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        self.wait(text, |screen| screen.contents().contains(text));
    }

    pub fn type_in(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    /// The window has another size now.
    pub fn resize(&mut self, rows: u16, cols: u16) {
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        self.parser.screen_mut().set_size(rows, cols);
    }

    /// The id of the process that was started.
    pub fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits until a command ends by itself, and says how.
    pub fn end(mut self) -> u32 {
        self.child.wait().unwrap().exit_code()
    }

    /// Waits until a command ends by itself, and says how and what stood on the screen.
    pub fn finished(mut self) -> (u32, String) {
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_secs(60)) {
            self.parser.process(&bytes);
        }
        (self.child.wait().unwrap().exit_code(), self.text())
    }

    /// The same of a program that ends by itself, and whether it ever had the whole screen. The terminal has to be as it
    /// was.
    pub fn finished_having_taken_the_screen(mut self) -> (u32, String, bool) {
        let mut had = false;
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_secs(60)) {
            for byte in bytes {
                self.parser.process(&[byte]);
                had |= self.parser.screen().alternate_screen();
            }
        }
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor(), "the terminal is as it was");
        (self.child.wait().unwrap().exit_code(), self.text(), had)
    }

    /// Closes the window over it, and waits until it has ended.
    pub fn hang_up(mut self) {
        // Whoever reads along holds the terminal open until something comes that nobody wants.
        drop(self.output);
        self.input.write_all(b"2").unwrap();
        drop((self.input, self.master));
        self.child.wait().unwrap();
    }

    /// Quits, and says how the program ended.
    pub fn quit(mut self) -> u32 {
        self.type_in("q");
        self.wait("the terminal as it was", |screen| !screen.alternate_screen() && !screen.hide_cursor());
        self.child.wait().unwrap().exit_code()
    }
}
