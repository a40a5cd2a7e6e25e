"""Refusals and failures become pages here and nowhere else, in the reader's language."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import structlog
from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from engine import errors, localise
from engine.outages import outage_in
from web import script_answers
from web.access import rule_of, signed_in_as
from web.keeping import keep_for_return, keep_from_own_page
from web.shown_again import as_left
from web.sign_ins import say_why_ended
from web.wording import current_lang, in_language

log = structlog.get_logger("web")

_OF_PEOPLE: Final[dict[type[errors.Refused], int]] = {
    errors.WrongSignIn: 422, errors.AccountExists: 409, errors.ContactMissing: 422, errors.NotAPhone: 422,
    errors.NotAnEmail: 422, errors.NameMissing: 422, errors.PasswordTooShort: 422, errors.AlreadyVerified: 409,
    errors.PersonKnown: 409, errors.OwnAccount: 403, errors.LastAdministrator: 409, errors.IdentityNotVerified: 403,
    errors.NoSuchLogin: 404, errors.NotInGroup: 404, errors.LookWhyMissing: 422, errors.LookReasonShort: 422,
    errors.LookReasonLong: 422, errors.LookReasonNumbers: 422, errors.OidcRefused: 422, errors.LinkTaken: 409,
    errors.LastWayIn: 409,
}  # fmt: skip
_OF_DRAFTS: Final[dict[type[errors.Refused], int]] = {
    errors.Overtaken: 409, errors.PlacesOvertaken: 409, errors.DraftClosed: 409, errors.PathRefused: 422,
    errors.FileTooLarge: 422, errors.DraftTooLarge: 422, errors.NotText: 422, errors.ContentUnreadable: 422,
    errors.ArchiveRefused: 422, errors.ServiceKeyRefused: 422, errors.DraftUnreadable: 422,
    errors.NothingToBeginFrom: 422, errors.FactUnreadable: 422,
}  # fmt: skip
_OF_TRYING: Final[dict[type[errors.Refused], int]] = {
    errors.ErrorsBeforePlay: 409, errors.TooManyPlays: 409, errors.PlayTooLong: 409, errors.PlayMoveRefused: 409,
    errors.MovesDoNotFit: 409, errors.PlayMomentUnclear: 422, errors.LinesUnclear: 422, errors.ScenarioNotKept: 409,
    errors.ScenarioNameMissing: 422, errors.ScenarioNameTaken: 409, errors.ErrorsFirst: 409,
    errors.TooManyScenarios: 409, errors.FileUnreadable: 422,
}  # fmt: skip
_OF_RELEASES: Final[dict[type[errors.Refused], int]] = {
    errors.OwnRelease: 403, errors.ReleaseClosed: 409, errors.ReleaseNotSubmitted: 409, errors.ReleaseOvertaken:
    409, errors.GateClosed: 409, errors.ReleaseInEffect: 409, errors.ReleaseHasCases: 409, errors.BuiltUpon: 409,
    errors.VersionWithdrawn: 409, errors.ReleaseNotApproved: 409, errors.ReleaseKnown: 409,
    errors.ReleaseNotWithdrawn: 409, errors.WithdrawnHere: 409, errors.NoticeDiffers: 409, errors.ParcelOutOfOrder:
    409, errors.ParcelDiffers: 409, errors.NothingChanged: 422, errors.PackageOfAnotherMinistry: 422,
    errors.TitleMissing: 422, errors.PlannedInThePast: 422, errors.MomentUnclear: 422, errors.ParcelUnreadable: 422,
    errors.ParcelUnknown: 422, errors.ParcelTampered: 422, errors.ParcelForOthers: 422, errors.OtherService: 422,
}  # fmt: skip
STATUS: Final[dict[type[errors.Refused], int]] = {
    errors.Refused: 422,
    errors.DemonstrationUnfinished: 409,
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.NotSignedIn: 401,
    errors.BadAnswers: 422,
    errors.ServiceNotOffered: 409,
    errors.DocumentMissing: 422,
    errors.DocumentRefused: 422,
    errors.WrongFileType: 422,
    errors.DocumentTooLarge: 413,
    errors.PictureTooLarge: 422,
    errors.DocumentBroken: 422,
    errors.DocumentLocked: 422,
    errors.DocumentUnsafe: 422,
    errors.QuotaReached: 409,
    errors.AlreadySubmitted: 409,
    errors.StalePage: 409,
    errors.TaskGone: 409,
    errors.TaskAlreadyClaimed: 409,
    errors.TaskNotClaimed: 409,
    errors.SamePersonRefused: 403,
    errors.CannotWithdraw: 409,
    errors.PaymentNotDue: 409,
    errors.WrongAmount: 422,
    errors.AlreadyPaid: 409,
    errors.KhqrNotOffered: 409,
    errors.BankReferenceMissing: 422,
    errors.NotABankReference: 422,
    errors.BankReferenceUsed: 409,
    errors.ReceiptStands: 409,
    errors.VoidNeedsAnother: 403,
    errors.FeeOwed: 409,
    errors.NotRefundable: 422,
    errors.PaidBack: 409,
    errors.TooMuchBack: 422,
    errors.RemissionWaits: 409,
    errors.SecondPersonNeeded: 403,
    errors.NothingToHandOver: 409,
    errors.SignatureMissing: 422,
    errors.SignatureUnreadable: 422,
    errors.AlreadyRevoked: 409,
    errors.NotForOneUse: 409,
    errors.AlreadyUsed: 409,
    errors.NotInForce: 409,
    errors.PaperNotDrawn: 503,
    errors.NotTheirCertificate: 404,
    errors.CannotContinue: 409,
    errors.CertificateNeeded: 409,
    errors.RenewalNotOpen: 409,
    errors.RenewalTooLate: 409,
    errors.ContinuationRuns: 409,
    errors.PrerequisiteMissing: 409,
    errors.ReasonMissing: 422,
    errors.OfficeNeverOpens: 422,
    errors.OfficeMissing: 422,
    errors.OtherMinistry: 422,
    errors.NoSuchMinistry: 422,
    errors.NoSuchOffice: 422,
    errors.NoSuchPlace: 422,
    errors.NoSuchService: 422,
    errors.HoursContradict: 422,
    errors.DayListed: 409,
    errors.DayNameMissing: 422,
    errors.HoursAlreadyWorked: 422,
    errors.WorkedNationally: 422,
    errors.NoSuchGroup: 422,
    errors.CaseSuspended: 409,
    errors.CaseEnded: 409,
    errors.OwnCase: 403,
    errors.SecondNeeded: 403,
    errors.ProposalOver: 409,
    errors.MoveRefused: 409,
    errors.WrongValue: 422,
    errors.FeeUnclear: 409,
    errors.LevelNotServed: 422,
    errors.NoSuchVersion: 404,
    errors.AlreadyUndone: 409,
    errors.TakenFurther: 409,
    errors.ElementUnknown: 422,
    errors.IncidentGone: 409,
    errors.SessionFull: 409,
    errors.TooFewSeats: 409,
    errors.SessionOver: 409,
    errors.SessionCancelled: 409,
    errors.SessionBegun: 409,
    errors.NoSessionChosen: 422,
    errors.ChangeTooLate: 409,
    errors.ChangeNotOffered: 409,
    errors.NotYetItsDay: 409,
    errors.DaysClosed: 422,
    errors.SessionInThePast: 422,
    errors.SessionEndsEarly: 422,
    errors.SeatsUnclear: 422,
    errors.WeeksUnclear: 422,
    errors.DaysUnclear: 422,
    errors.PlaceMissing: 422,
    errors.PackageRefused: 422,
    **_OF_DRAFTS,
    **_OF_RELEASES,
    **_OF_PEOPLE,
    **_OF_TRYING,
}
"""The one table: what the engine refuses → the HTTP status. A guard test asks for a line per refusal."""


def status_of(refusal: errors.Refused) -> int:
    """The status of a refusal."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def sentence(refusal: errors.Refused) -> str:
    """The refusal in the reader's language, its facts written as people here write them."""
    facts = {name: _written(value) for name, value in refusal.facts.items()}
    words = str(gettext(refusal.message))
    return words % facts if facts else words


def install(app: Flask) -> None:
    """Register the pages for everything that can go wrong."""
    app.register_error_handler(errors.NotSignedIn, _to_sign_in)
    app.register_error_handler(errors.Refused, _refused)
    app.register_error_handler(CSRFError, _forged_or_old)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database_away)
    app.register_error_handler(OSError, _disk_away)
    # A file that is gone is a defect; a disk that is full is not.
    app.register_error_handler(FileNotFoundError, _failed)
    app.register_error_handler(Exception, _failed)


def page(status: int, message: str | None = None, incident: str | None = None) -> ResponseReturnValue:
    """The page that the reader left, with the reason above it, where they had typed something; else the error page, and
    plain words when even that cannot be drawn."""
    again = as_left(status, message)
    if again is not None:
        return again
    return bare_page(status, message, incident)


def bare_page(
    status: int, message: str | None = None, incident: str | None = None, shorten: Sequence[str] = ()
) -> ResponseReturnValue:
    """The error page. The fields that ``shorten`` names were too long, and are given back to be shortened."""
    try:
        return render_template(
            "errors/error.html", status=status, message=message, incident=incident, shorten=shorten
        ), status
    except Exception as failure:
        log.error("error page failed", error=type(failure).__name__, places=_places(failure))
        number = f" ({incident})" if incident else ""
        return (
            f"មានបញ្ហាបច្ចេកទេស{number}។ Something went wrong on our side{number}.",
            status,
            {"Content-Type": "text/plain; charset=utf-8"},
        )


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return localise.moment(value, current_lang())
    if isinstance(value, date):
        return localise.day(value, current_lang())
    if isinstance(value, int):
        return localise.number(value, current_lang())
    return in_language(value)


def _to_sign_in(_refusal: errors.NotSignedIn) -> ResponseReturnValue:
    """A page that was to be read is returned to after sign-in; what was sent is not repeated by itself."""
    if script_answers.asks_for_json():
        return script_answers.signed_out()
    back = request.full_path.rstrip("?") if request.method == "GET" else keep_for_return()
    say_why_ended()
    return redirect(url_for("auth.sign_in", next=back), code=303)


def _refused(refusal: errors.Refused) -> ResponseReturnValue:
    if isinstance(refusal, errors.AlreadySubmitted) and request.method == "GET" and "key" in (request.view_args or {}):
        # The way back after sending leads to pages of a draft that is none any more.
        return redirect(url_for("citizen.application", key=(request.view_args or {})["key"]), code=303)
    status = status_of(refusal)
    message = None if type(refusal) in (errors.NotFound, errors.NotAllowed) else sentence(refusal)
    return page(status, message)


def _forged_or_old(_error: CSRFError) -> ResponseReturnValue:
    """The token ends with the session: somebody who came back late signs in and finds the page as they left it."""
    rule = rule_of(current_app, request.endpoint or "static")
    if signed_in_as() is None and rule is not None and not rule.public:
        return _to_sign_in(errors.NotSignedIn())
    if script_answers.asks_for_json():
        return script_answers.old_token()
    keep_from_own_page()
    return page(
        400, gettext("This page was open for too long, or it was opened twice. Open it again and repeat the last step.")
    )


def _too_many(_error: RateLimitExceeded) -> ResponseReturnValue:
    return page(429)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    known = error.code if error.code in (400, 403, 404, 410, 413, 422, 429, 503) else None
    if known is None and error.code < 500:
        return page(404 if error.code == 405 else 400)
    return page(known or 500)


def _database_away(error: DBAPIError) -> ResponseReturnValue:
    """A database that is locked, full or away is not a defect: the same attempt works a moment later."""
    if outage_in(error) is None:
        return _failed(error)
    log.error("database away", error=type(error.orig).__name__, places=_places(error))
    return page(503)


def _disk_away(error: OSError) -> ResponseReturnValue:
    """A disk that is full or away: nothing was kept, and the same attempt works once it is back."""
    log.error("disk away", error=type(error).__name__, number=error.errno, places=_places(error))
    return page(503)


def _failed(failure: Exception) -> ResponseReturnValue:
    """A defect. The log gets its kind and places under a number, never its words: they may hold personal data."""
    incident = secrets.token_hex(4)
    log.error("page failed", incident=incident, error=type(failure).__name__, places=_places(failure))
    return page(500, incident=incident)


def _places(failure: BaseException) -> list[str]:
    frames = traceback.extract_tb(failure.__traceback__)[-12:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
