"""What can be wrong with a programme as a person writes it, or with what is asked for."""

from torgpred.kernel.errors import TorgpredError


class UnknownProgrammeError(TorgpredError):
    """No such programme in the library, of the operator, or of a connector."""

    code = "programme.unknown_programme"
    template = "There is no programme {given!r}. Known: {known}."


class UnfitProgrammeError(TorgpredError):
    """A programme that cannot be kept: the place, what stood there, why, and what to write."""

    code = "programme.unfit"
    template = "{place}: {value!r} cannot be: {why}"


class UnfitAssuranceError(TorgpredError):
    """Something that a seller said about itself and that says too little or too much."""

    code = "programme.assurance"
    template = "{what}: {value!r} cannot be: {why}"


class UnknownAssuranceError(TorgpredError):
    """No such assurance of this seller, or it was taken back before."""

    code = "programme.unknown_assurance"
    template = "There is no assurance {number} in force."
