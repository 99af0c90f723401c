//! Polling.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::{Progress, Request, Tell};
use crate::{
    app::{App, AppError},
    poll::{self, Report, Summary, Which},
};

/// Ask feeds for news: the named ones, or all whose time has come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Refresh {
    /// Feed or site addresses, hosts, ids or titles; empty for all that are followed.
    pub blogs: Vec<String>,
    pub force: bool,
}

/// What polling brought.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Refreshed {
    pub summary: Summary,
    /// One for each feed that was asked, in the order in which they were done.
    pub reports: Vec<Report>,
}

impl Request for Refresh {
    const NAME: &'static str = "refresh";
    const CHANGES: bool = true;
    type Answer = Refreshed;

    async fn carry_out(self, app: &App, tell: Tell<'_>) -> Result<Refreshed, AppError> {
        let blogs = self.blogs.iter().map(|name| Ok(app.find_blog(name)?.id)).collect::<Result<_, AppError>>()?;
        let reports: Mutex<Vec<Report>> = Mutex::default();
        let which = Which { blogs, force: self.force };
        let summary = app.refresh(&which, |progress| {
            if let poll::Progress::Done(report) = &progress {
                // Pushing to a list leaves nothing half done.
                reports.lock().unwrap_or_else(PoisonError::into_inner).push(report.clone());
            }
            tell(Progress::Refresh(progress));
        });
        let summary = summary.await?;
        Ok(Refreshed { summary, reports: reports.into_inner().unwrap_or_else(PoisonError::into_inner) })
    }
}
