//! Where requests are put, whoever holds the data folder: this process, or another one.

use std::{path::PathBuf, time::Duration};

use tokio::{
    sync::mpsc::UnboundedReceiver,
    time::{Instant, sleep},
};

use super::{Event, Held, Hold, HoldError, Role, SessionError, connection::Connection};
use crate::{
    app::{
        App, Paths,
        request::{Request, Tell},
    },
    config::Config,
    model::Timestamp,
};

/// How long a holder may be silent, which opens a large cache or writes the last of it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks at a folder that somebody else holds.
const SHORTLY: Duration = Duration::from_millis(20);
/// The same, where it can take hours.
const LATER: Duration = Duration::from_millis(300);
/// How often a request is put again after a holder broke off.
const ATTEMPTS: usize = 5;

/// What it takes to open a data folder.
#[derive(Clone, Debug)]
pub struct Opener {
    pub data: PathBuf,
    pub config: Config,
    /// The command, for whoever finds the folder held.
    pub what: String,
    /// Called when the folder is this process's: for the log, which only its holder writes.
    pub begun: fn(&std::path::Path, u8),
    /// How much the log says.
    pub verbose: u8,
}

/// Where requests are put.
#[derive(Debug)]
pub struct Desk {
    opener: Opener,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Here(Box<Held>),
    There(Connection),
}

impl Desk {
    /// Takes the folder, or finds the way to whoever has it.
    pub async fn open(opener: Opener) -> Result<Self, SessionError> {
        let place = place(&opener).await?;
        Ok(Self { opener, place })
    }

    /// This side's configuration; the holder of the folder may have been started with another one.
    pub fn config(&self) -> &Config {
        &self.opener.config
    }

    /// What had to be mended when the folder was opened; nothing where somebody else did.
    pub fn notices(&self) -> &[String] {
        match &self.place {
            Place::Here(held) => &held.app.notices,
            Place::There(_) => &[],
        }
    }

    /// Puts a request and waits for its answer. A holder that dies meanwhile is replaced, by this process if need be.
    pub async fn ask<R: Request>(&mut self, request: R, tell: Tell<'_>) -> Result<R::Answer, SessionError> {
        for _ in 0..ATTEMPTS {
            match &mut self.place {
                Place::Here(held) => return Ok(request.carry_out(&held.app, tell).await?),
                Place::There(holder) => {
                    if let Some(answer) = holder.ask(&request, tell).await? {
                        return Ok(answer);
                    }
                    self.place = place(&self.opener).await?;
                }
            }
        }
        Err(SessionError::BrokenOff)
    }

    /// Waits until everything is written, and lets the folder go if it was ours.
    pub async fn close(self) -> Result<(), SessionError> {
        match self.place {
            Place::Here(held) => held.close().await,
            Place::There(_) => Ok(()),
        }
    }
}

async fn place(opener: &Opener) -> Result<Place, SessionError> {
    let mut patience = Patience::begin();
    loop {
        let held = match take(opener) {
            Ok(hold) => return Ok(Place::Here(Box::new(open(opener, hold, Role::Command).await?.0))),
            Err(held @ HoldError::Held { .. }) => held,
            Err(error) => return Err(error.into()),
        };
        match Connection::open(&opener.data).await? {
            Some(holder) => return Ok(Place::There(holder)),
            None if !patience.is_over() => sleep(SHORTLY).await,
            None => return Err(held.into()),
        }
    }
}

impl Opener {
    /// Takes the folder for the screens or for watching, and waits for it where that ends by itself. `waiting` is told
    /// once for whom.
    pub async fn hold(
        &self,
        role: Role,
        waiting: impl Fn(&str),
    ) -> Result<(Held, UnboundedReceiver<Event>), SessionError> {
        let mut patience = Patience::begin();
        let (mut told, mut gave_way) = (false, false);
        loop {
            let held = match take(self) {
                Ok(hold) => {
                    let (mut held, events) = open(self, hold, role).await?;
                    held.in_place_of_watch = gave_way;
                    return Ok((held, events));
                }
                Err(held @ HoldError::Held { .. }) => held,
                Err(error) => return Err(error.into()),
            };
            let holder = match Connection::open(&self.data).await? {
                Some(holder) => holder,
                None if !patience.is_over() => {
                    sleep(SHORTLY).await;
                    continue;
                }
                None => return Err(held.into()),
            };
            patience = Patience::begin();
            let holder_line = holder.holder();
            gave_way |= self
                .wait_for(holder, role, || {
                    if !std::mem::replace(&mut told, true) {
                        waiting(&format!("waiting for {}", holder_line));
                    }
                })
                .await?;
        }
    }

    /// Waits a little for a holder that will let go, and says whether it did so for us; an error if it will not.
    async fn wait_for(&self, mut holder: Connection, role: Role, tell: impl FnOnce()) -> Result<bool, SessionError> {
        match (role, holder.greeting.role) {
            (Role::Screens, Role::Watch) if holder.give_way().await => {
                sleep(SHORTLY).await;
                return Ok(true);
            }
            (Role::Screens, Role::Watch | Role::Screens) | (Role::Watch, Role::Watch) => {
                return Err(SessionError::Taken { holder: holder.holder() });
            }
            _ => {
                tell();
                sleep(LATER).await;
            }
        }
        Ok(false)
    }
}

fn take(opener: &Opener) -> Result<Hold, HoldError> {
    Hold::take(&opener.data, &opener.what, Timestamp::now())
}

async fn open(opener: &Opener, hold: Hold, role: Role) -> Result<(Held, UnboundedReceiver<Event>), SessionError> {
    (opener.begun)(&opener.data, opener.verbose);
    let config = opener.config.clone();
    let web = config.web();
    let app = App::open(Paths { data: opener.data.clone() }, config, web).await?;
    Held::serve(app, hold, role)
}

/// How long a silent holder is still waited for.
struct Patience(Instant);

impl Patience {
    fn begin() -> Self {
        Self(Instant::now() + PATIENCE)
    }

    fn is_over(&mut self) -> bool {
        Instant::now() > self.0
    }
}
