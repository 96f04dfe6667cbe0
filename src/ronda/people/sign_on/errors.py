"""Why signing in with the city's account did not work; `code` tells the page which sentence to show."""

from ronda.base.errors import Busy, NotSignedIn


class SignOnAway(Busy):
    """The city's sign-on does not answer, or not sensibly."""

    code = "sign-on-away"


class SignOnAgain(NotSignedIn):
    """The answer belongs to no sign-in that was begun in this browser, or comes too late or a second time."""

    code = "sign-on-again"


class SignOnRefused(NotSignedIn):
    """The city's sign-on, or the person there, said no."""

    code = "sign-on-refused"


class SignOnWrong(NotSignedIn):
    """What the sign-on vouches for is not acceptable: signature, issuer, audience, time or nonce."""

    code = "sign-on-wrong"


class SignOnWeak(NotSignedIn):
    """The account here asks for a second factor, and the sign-on does not say that it asked for one."""

    code = "sign-on-weak"
