"""Small faults in a C++ source: operators, constants, dropped statements. Comments and strings stay as they are."""
import re

SWAPS = [(" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" >= ", " > "), (" == ", " != "), (" != ", " == "),
         (" && ", " || "), (" || ", " && "), (" + ", " - "), (" - ", " + "), (" * ", " / "), (" / ", " * "),
         (" += ", " -= "), (" -= ", " += "), ("++", "--"), ("--", "++"), ("true", "false"), ("false", "true"),
         ("std::min", "std::max"), ("std::max", "std::min")]
# An assertion says what is so anyway: no fault in it can show.
QUIET = re.compile(r"GW_ASSERT\([^;]*;|//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)'|^#[^\n]*", re.M)
NUMBER = re.compile(r"(?<![\w.'])\d[\d']*(?:\.\d+)?(?![\w'])")
STATEMENT = re.compile(r"^ +(?!return\b|using\b|const\b|constexpr\b|static\b|case\b|break\b|auto\b|co_)"
                       r"(?:\+\+|--)?[\w.\[\]()*>:-]+(?: [-+*|&]?= [^;{}\n]*|\([^;{}\n]*\)|)?;$", re.M)
NEGATION = re.compile(r"(?<=[\s(])!(?=[\w(*])")
FUNCTION = re.compile(r"^[A-Za-z][^\n;=]*?(\w+)\(", re.M)


class Mutant:
    def __init__(self, text, at, old, new):
        self.at, self.old, self.new = at, old, new
        self.line = text.count("\n", 0, at) + 1
        around = [found[1] for found in FUNCTION.finditer(text, 0, text.find("\n", at))]
        self.function = around[-1] if around else ""
        self.before = text.splitlines()[self.line - 1].strip()
        self.after = self.applied(text).splitlines()[self.line - 1].strip()

    def applied(self, text):
        return text[:self.at] + self.new + text[self.at + len(self.old):]

    def __str__(self):
        return f"{self.line}: {self.function} | {self.before} | {self.after}"


def masked(text):
    """The same length, with everything that is not code blanked out."""
    return QUIET.sub(lambda found: " " * len(found[0]), text)


def all_of(text):
    code, found = masked(text), []

    def add(at, old, new):
        found.append(Mutant(text, at, old, new))
    for old, new in SWAPS:
        at = code.find(old)
        while at >= 0:
            whole_word = not old.isalpha() or not re.match(r"\w", code[at + len(old):at + len(old) + 1])
            if whole_word and not (old.isalpha() and re.match(r"\w", code[at - 1])):
                add(at, old, new)
            at = code.find(old, at + 1)
    for number in NUMBER.finditer(code):
        value = number[0].replace("'", "")
        add(number.start(), number[0], str(float(value) + 1) if "." in value else str(int(value) + 1))
    for statement in STATEMENT.finditer(code):
        if re.match(r" +\w[\w:<>]* \w+;$", statement[0]):
            continue  # a declaration
        add(statement.start(), text[statement.start():statement.end()], ";")
    for negation in NEGATION.finditer(code):
        add(negation.start(), "!", "")
    return found
