//! The till behind a window, and beside it the copy that beginners practise on. Whoever shows the page, Tauri's window or
//! a browser, asks here; which of the two tills answers is decided in this file and nowhere else.
//!
//! A store that cannot be opened is no reason to have no window: every question is then answered with the failure, and
//! the page says what to do about it. Asking again tries again, so that a disk that was full or a second copy that was
//! open needs no restart.

use crate::app::App;
use crate::compose::{AppConfig, Practice};
use salon_contract::window::{Call, Code, Done, Failure, Notice};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

pub struct Host {
    data: PathBuf,
    tills: Mutex<Tills>,
    /// Held while one till is exchanged for the other: two clicks are one switch.
    switching: Mutex<()>,
    subscribers: Mutex<Vec<Sender<Notice>>>,
}

#[derive(Default)]
struct Tills {
    real: Option<Arc<App>>,
    practice: Option<Practice>,
}

impl Tills {
    fn current(&self) -> Option<Arc<App>> {
        self.practice.as_ref().map(|practice| practice.app.clone()).or_else(|| self.real.clone())
    }
}

impl Host {
    /// Nothing is opened before the first question.
    pub fn new(data: impl Into<PathBuf>) -> Arc<Self> {
        let data = data.into();
        Practice::sweep_left(&data);
        Arc::new(Host { data, tills: Mutex::default(), switching: Mutex::default(), subscribers: Mutex::default() })
    }

    /// The till that answers now: the practice till while somebody practises.
    pub fn app(self: &Arc<Self>) -> Result<Arc<App>, Failure> {
        let mut tills = self.tills();
        if let Some(app) = tills.current() {
            return Ok(app);
        }
        let opened = App::open(AppConfig::at(self.data.clone())).inspect_err(
            |failure| tracing::error!(%failure, data = %self.data.display(), "the terminal's store did not open"),
        )?;
        self.pass_notices_on(&opened);
        Ok(Arc::clone(tills.real.insert(opened)))
    }

    /// Answers one question of the page.
    pub fn ask(self: &Arc<Self>, call: Call) -> Result<serde_json::Value, Failure> {
        match call {
            Call::Training(wanted) => {
                self.train(wanted.on)?;
                serde_json::to_value(Done {}).map_err(|e| Failure::new(Code::Internal).with("detail", e))
            }
            call => self.app()?.ask(call),
        }
    }

    /// Notices from now on, of whichever till answers.
    pub fn subscribe(&self) -> Receiver<Notice> {
        let (sender, receiver) = channel();
        self.subscribers().push(sender);
        receiver
    }

    /// Lets go of the stores, at the very end.
    pub fn close(&self) {
        let tills = std::mem::take(&mut *self.tills());
        if let Some(practice) = tills.practice {
            practice.end();
            // Before the lock is given up with the real till: another program may practise then.
            Practice::sweep(&self.data);
        }
        tills.real.into_iter().for_each(App::close);
    }

    fn tills(&self) -> MutexGuard<'_, Tills> {
        self.tills.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn subscribers(&self) -> MutexGuard<'_, Vec<Sender<Notice>>> {
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn train(self: &Arc<Self>, on: bool) -> Result<(), Failure> {
        let _switching = self.switching.lock().unwrap_or_else(PoisonError::into_inner);
        let app = self.app()?;
        if app.is_training() == on {
            return Ok(());
        }
        let reserved = app.may_switch_tills()?;
        if on {
            let practice = Practice::begin(&app, &self.data).inspect_err(|_| Practice::sweep(&self.data))?;
            self.pass_notices_on(&practice.app);
            self.tills().practice = Some(practice);
        } else {
            let practice = self.tills().practice.take();
            drop(reserved);
            drop(app);
            practice.into_iter().for_each(Practice::end);
            Practice::sweep(&self.data);
        }
        Ok(())
    }

    /// For as long as the till lives, while it is the one that answers.
    fn pass_notices_on(self: &Arc<Self>, app: &Arc<App>) {
        let notices = app.subscribe();
        let (host, training) = (Arc::downgrade(self), app.is_training());
        std::thread::spawn(move || {
            for notice in notices {
                let Some(host) = Weak::upgrade(&host) else { return };
                // The scanner on its wire stays with the real till; what it reads is there to practise with too.
                let practising = |tills: &Tills| tills.practice.as_ref().is_some_and(|p| p.app.who().is_some());
                let scanned = matches!(notice, Notice::Scanned { .. });
                let tills = host.tills();
                let passed = tills.practice.is_some() == training || (scanned && practising(&tills));
                drop(tills);
                if passed {
                    host.subscribers().retain(|subscriber| subscriber.send(notice.clone()).is_ok());
                }
            }
        });
    }
}
