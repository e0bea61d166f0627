// Who fits a question: number, name and birth together (PD-6), never a near hit.
#include "simulators/kit/text.hpp"
#include "simulators/population/reply.hpp"
#include "simulators/population/tables.hpp"
#include "simulators/population/world.hpp"

#include <algorithm>

namespace sim::population {
namespace {

std::string written(const std::string& name, NameForm form) {
    if (form == NameForm::upper) return name;
    auto out = without_marks(name);
    if (form == NameForm::upper_ascii_nospace) std::erase(out, ' ');
    return out;
}

NameForm name_form(World& w, Door door, const kit::Occasion& o) {
    if (const auto* f = w.faults.strikes("want_ascii", o))
        return f->param("spaces", "true") == "false" ? NameForm::upper_ascii_nospace
                                                     : NameForm::upper_ascii;
    return door == Door::exchange ? w.options.exchange_names : w.options.lgsp_names;
}

/// A full date finds only who is held with that date; a year finds everybody born in it (PD-5).
bool born_as(const Person& p, const Query& q) {
    if (q.has("NgayThangNam")) return p.birth.compact() == q.field("NgayThangNam");
    return p.birth.year_text() == q.field("Nam");
}

std::vector<Person> fitting(World& w, const Query& q, NameForm form) {
    auto found = q.has("SoDinhDanh") ? w.people->with_number(q.field("SoDinhDanh"))
                                     : w.people->with_old_number(q.field("SoCMND"));
    bool pair = q.has("SoDinhDanh") && q.has("SoCMND");
    std::erase_if(found, [&](const Person& p) {
        return written(p.name.whole(), form) != q.field("HoVaTen") || !born_as(p, q) ||
               (pair && p.old_number != q.field("SoCMND"));
    });
    return found;
}

/// Settings of the style that a switch may change for one answer.
Style style_now(World& w, const kit::Occasion& o) {
    Style s = w.options.style;
    s.bare_codes = w.setting("bare_codes", s.bare_codes, o);
    s.flat_relatives = s.bare_codes ? s.flat_relatives : false;
    s.name_in_ten = w.setting("name_in_ten", s.name_in_ten, o);
    s.dashed_dates = w.setting("dashed_dates", s.dashed_dates, o);
    s.both_dates = w.setting("both_dates", s.both_dates, o);
    s.three_levels = w.setting("three_levels", s.three_levels, o);
    s.count_instead_of_yes = w.setting("count_form", s.count_instead_of_yes, o);
    s.head_number_first = w.setting("head_order", s.head_number_first, o);
    if (const auto* f = w.faults.strikes("absent", o)) {
        auto form = f->param("form", "missing");
        s.absent = form == "nil" ? Absent::nil : form == "empty" ? Absent::empty : Absent::missing;
    }
    if (const auto* f = w.faults.strikes("namespace", o))
        s.name_space = f->param("form", "prefix") == "none" ? Namespace::none : Namespace::prefix;
    return s;
}

Twist twist_now(World& w, const kit::Occasion& o) {
    Twist t;
    t.year_only = w.faults.strikes("year_only", o) != nullptr;
    t.year_conflict = w.faults.strikes("year_conflict", o) != nullptr;
    t.admin_code_mix = w.faults.strikes("admin_code_mix", o) != nullptr;
    if (const auto* f = w.faults.strikes("no_district", o)) {
        t.no_district = true;
        t.district_missing = f->param("form", "missing") == "missing";
    }
    t.other_marks = w.faults.strikes("diacritics", o) != nullptr;
    t.decomposed = w.faults.strikes("nfd", o) != nullptr;
    t.doubled = w.faults.strikes("two_hits", o) != nullptr;
    return t;
}

/// F-79 to F-81: how "nobody" is said; `always`: also of somebody who is there.
bool say_nobody(World& w, Style& style, const kit::Occasion& o) {
    bool always = w.faults.strikes("overload_as_not_found", o) != nullptr;
    if (const auto* f = w.faults.strikes("empty_collection", o)) {
        style.not_found = NotFoundForm::empty_collection;
        always = always || f->param("always") == "true";
    }
    if (const auto* f = w.faults.strikes("null_name", o)) {
        style.not_found =
            f->param("form", "nil") == "empty" ? NotFoundForm::empty_name : NotFoundForm::null_name;
        always = always || f->param("always") == "true";
    }
    return always;
}

/// A verification: yes or no about the person, with one more fact.
std::string detail_of(const Query& q, const Person& p) {
    if (q.name == "XacMinhTinhTrangHonNhan") return p.marital;
    if (q.name == "XacMinhTinhTrangChetMatTich") return p.dead ? "CHET" : "SONG";
    if (q.name == "CungCapThongTinNhomMau") return p.blood;
    if (q.name == "XacMinhThongTinChuHo" && p.head) return p.head->relation;
    if (q.name == "XacMinhThongTinNoiOHienTai") return p.current.detail;
    return {};
}

bool holds(const Query& q, const Person& p) {
    if (q.name == "XacMinhTinhTrangChetMatTich") return p.dead;
    if (q.name == "XacMinhThongTinNguoiGiamHo") return p.representative.has_value();
    return true;
}

}  // namespace

Found look_up(World& w, const Query& q, Door door, core::Instant now) {
    auto o = w.occasion(q, now);
    auto people = fitting(w, q, name_form(w, door, o));
    auto style = style_now(w, o);
    auto twist = twist_now(w, o);
    Found out;
    if (say_nobody(w, style, o)) people.clear();
    bool many = people.size() > 1 || (twist.doubled && !people.empty());
    out.yes = !people.empty();
    bool pair = q.field("MaTichHop") == "033";
    if (q.operation->gives == Gives::yes_no || (pair && q.operation->gives == Gives::person)) {
        out.outcome = out.yes ? Outcome::confirmed : Outcome::not_confirmed;
        out.body = yes_no(out.yes, style);
        return out;
    }
    if (q.operation->gives == Gives::detail) {
        out.yes = out.yes && holds(q, people[0]);
        out.outcome = out.yes ? Outcome::confirmed : Outcome::not_confirmed;
        out.body = yes_no(out.yes, style, people.empty() ? std::string() : detail_of(q, people[0]));
        return out;
    }
    out.outcome = many ? Outcome::ambiguous : out.yes ? Outcome::found : Outcome::not_found;
    if (q.operation->gives == Gives::household && people.size() == 1 &&
        !people[0].household.empty())
        people = w.people->household(people[0].household);
    out.body = collection_of(people, style, twist, now);
    return out;
}

}  // namespace sim::population
