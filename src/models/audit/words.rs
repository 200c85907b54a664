//! What can be done, and to what: the words of the log.

use crate::rules::words;

/// What was done; as it is stored, and as a page tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    Add,
    Create,
    Change,
    Remove,
    Retire,
    Deactivate,
    Reactivate,
    AddMember,
    RemoveMember,
    GiveRole,
    ChangeRole,
    RemoveRole,
    Share,
    ChangeShare,
    RemoveShare,
    InstallPipelines,
    ChangeSettings,
    Register,
    Refresh,
    Validate,
    ForceLink,
    Lose,
    LinkEnvironment,
    UnlinkEnvironment,
    AddStage,
    ChangeStage,
    RetireStage,
    Export,
    Import,
    Uninstall,
    SetVersion,
    Start,
    Promote,
    Redeploy,
    Retry,
    FillIn,
    Deploy,
    Begin,
    Cancel,
    Replace,
    Expire,
    Succeed,
    Fail,
    SignIn,
    SignOut,
    EndSessions,
    Block,
    MakeSetupLink,
    MakePasswordLink,
    SetPassword,
    ExportLog,
    RotateKey,
    BackUp,
    Restore,
    LoadDemo,
    RemovePackages,
    BringBack,
}

words!(Verb {
    Add = "add", "Added";
    Create = "create", "Created";
    Change = "change", "Changed";
    Remove = "remove", "Removed";
    Retire = "retire", "Retired";
    Deactivate = "deactivate", "Deactivated";
    Reactivate = "reactivate", "Reactivated";
    AddMember = "add member", "Added a member";
    RemoveMember = "remove member", "Removed a member";
    GiveRole = "give role", "Gave a role";
    ChangeRole = "change role", "Changed a role";
    RemoveRole = "remove role", "Took a role away";
    Share = "share", "Shared";
    ChangeShare = "change share", "Changed a share";
    RemoveShare = "remove share", "Ended a share";
    InstallPipelines = "install pipelines", "Installed Power Platform Pipelines";
    ChangeSettings = "change settings", "Changed settings";
    Register = "register", "Registered";
    Refresh = "refresh", "Asked for validation";
    Validate = "validate", "Checked";
    ForceLink = "force link", "Took over with Force Link";
    Lose = "lose", "Lost to Force Link";
    LinkEnvironment = "link environment", "Linked an environment";
    UnlinkEnvironment = "unlink environment", "Unlinked an environment";
    AddStage = "add stage", "Added a stage";
    ChangeStage = "edit stage", "Changed a stage";
    RetireStage = "retire stage", "Retired a stage";
    Export = "export", "Exported";
    Import = "import", "Imported";
    Uninstall = "uninstall", "Uninstalled";
    SetVersion = "set version", "Raised the version";
    Start = "start", "Started";
    Promote = "promote", "Promoted";
    Redeploy = "redeploy", "Redeployed";
    Retry = "retry", "Tried again";
    FillIn = "fill in", "Filled in settings";
    Deploy = "deploy", "Deployed";
    Begin = "begin", "Began to deploy";
    Cancel = "cancel", "Canceled";
    Replace = "replace", "Replaced by a newer run";
    Expire = "expire", "Canceled as too old";
    Succeed = "succeed", "Succeeded";
    Fail = "fail", "Failed";
    SignIn = "sign in", "Signed in";
    SignOut = "sign out", "Signed out";
    EndSessions = "end sessions", "Ended sessions";
    Block = "block", "Blocked sign-in";
    MakeSetupLink = "make setup link", "Made the link for the first administrator";
    MakePasswordLink = "make password link", "Made a link for setting a password";
    SetPassword = "set password", "Set a password";
    ExportLog = "export log", "Exported the audit log";
    RotateKey = "rotate key", "Made anew";
    BackUp = "back up", "Backed up";
    Restore = "restore", "Restored";
    LoadDemo = "load demo", "Loaded the demo";
    RemovePackages = "remove packages", "Removed packages";
    BringBack = "bring back", "Brought packages back";
});

/// What kind of thing it was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Person,
    Group,
    Environment,
    Solution,
    Connection,
    Host,
    DeploymentEnvironment,
    Pipeline,
    Run,
    Package,
    Tenant,
}

words!(Kind {
    Person = "person", "Person";
    Group = "group", "Group";
    Environment = "environment", "Environment";
    Solution = "solution", "Solution";
    Connection = "connection", "Connection";
    Host = "host", "Host";
    DeploymentEnvironment = "deployment environment", "Deployment environment";
    Pipeline = "pipeline", "Pipeline";
    Run = "run", "Run";
    Package = "package", "Packages of a version";
    Tenant = "tenant", "Tenant";
});
