// Judges what was written into a PDF after it was signed (V2): signatures, their fields and
// validation data are permitted, everything else is not.
#include "gateway/crypto/pdf_signatures.hpp"
#include "gateway/crypto/pdf_xref.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>

namespace gw::crypto {
namespace {

using pdf::Dictionary;
using pdf::Object;
using pdf::value_of;
constexpr auto npos = std::string_view::npos;
constexpr std::size_t objects_max = 512;
using Names = std::initializer_list<std::string_view>;

bool one_of(std::string_view name, Names names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Every member that differs is one of `names`.
bool differs_only_in(const Dictionary& before, const Dictionary& after, Names names) {
    const auto same = [&](const Dictionary& a, const Dictionary& b) {
        return std::all_of(a.begin(), a.end(), [&](const pdf::Entry& entry) {
            return value_of(b, entry.name) == entry.value || one_of(entry.name, names);
        });
    };
    return same(before, after) && same(after, before);
}

bool is_signature_field(const Dictionary& field) {
    return value_of(field, "FT") == "/Sig";
}

/// One update: the objects, their table and its trailer, as a signing tool writes them.
class Update {
public:
    /// `signed_over`: a later signature covers it, so its signer saw what it added.
    Update(std::string_view file, std::size_t begin, std::size_t end, bool signed_over)
        : file_(file.substr(0, end)),
          before_(file.substr(0, begin)),
          signed_over_(signed_over),
          at_(begin) {}

    PdfUpdate judge() {
        const auto history = pdf::History::read(before_);
        if (!history || !read()) return PdfUpdate::unknown;
        if (!whole(*history)) return PdfUpdate::unknown;
        auto worst = refers_to_new() ? PdfUpdate::pages : PdfUpdate::permitted;
        for (const Object& object : objects_)
            worst = std::max(worst, judge_object(object, *history));
        return worst;
    }
    /// Where it ended, when judge() did not say `unknown`.
    std::size_t end() const { return at_; }

private:
    bool read() {
        at_ = pdf::after_blanks(file_, at_);
        while (at_ < file_.size() && pdf::is_digit(file_[at_])) {
            const auto begin = at_;
            auto object = pdf::read_object(file_, at_);
            if (!object || objects_.size() == objects_max) return false;
            at_ = pdf::after_blanks(file_, object->end);
            if (!places_.emplace(object->number, begin).second) return false;
            objects_.push_back(std::move(*object));
        }
        table_at_ = at_;
        auto section = pdf::read_section(file_, at_);
        if (!section) return false;
        section_ = std::move(*section);
        at_ = pdf::after_blanks(file_, section_.end);
        constexpr std::string_view start = "startxref";
        if (file_.substr(at_, start.size()) != start) return false;
        at_ = pdf::after_blanks(file_, at_ + start.size());
        const auto digits = at_;
        while (at_ < file_.size() && pdf::is_digit(file_[at_])) ++at_;
        if (pdf::read_number(file_.substr(digits, at_ - digits)) != table_at_) return false;
        at_ = pdf::after_blanks(file_, at_);
        if (file_.substr(at_, 5) != "%%EOF") return false;
        at_ = pdf::after_blanks(file_, at_ + 5);
        return true;
    }

    /// The table names what stands here and nothing else; root and history are the same.
    bool whole(const pdf::History& history) const {
        for (const auto& [number, place] : section_.objects) {
            const auto found = places_.find(number);
            const bool here = found != places_.end() && found->second == place && place != 0;
            if (!here && !(number == 0 && place == 0)) return false;
        }
        for (const auto& [number, place] : places_)
            if (section_.objects.count(number) == 0) return false;
        const auto& old = history.last().trailer;
        return pdf::read_number(value_of(section_.trailer, "Prev")) == history.last_at() &&
               value_of(section_.trailer, "Root") == value_of(old, "Root") &&
               value_of(section_.trailer, "Encrypt") == value_of(old, "Encrypt") &&
               pdf::read_number(value_of(old, "Size")).has_value();
    }

    /// What was signed names an object that was not there: writing it now changes what was signed.
    bool refers_to_new() const {
        const auto history = pdf::History::read(before_);
        std::set<std::uint64_t> fresh;
        for (const Object& object : objects_)
            if (!history->knows(object.number)) fresh.insert(object.number);
        std::size_t at = 0;
        while (at < before_.size()) {
            if (!pdf::is_digit(before_[at])) {
                ++at;
                continue;
            }
            std::uint64_t number = 0;
            const auto begin = at;
            for (; at < before_.size() && pdf::is_digit(before_[at]); ++at)
                if (at - begin < 15)
                    number = number * 10 + static_cast<std::uint64_t>(before_[at] - '0');
            if (fresh.count(number) > 0 && is_reference_after(at)) return true;
        }
        return false;
    }
    std::size_t after_comments(std::size_t at) const {
        at = pdf::after_blanks(before_, at);
        while (at < before_.size() && before_[at] == '%') {
            at = std::min(before_.find_first_of("\r\n", at), before_.size());
            at = pdf::after_blanks(before_, at);
        }
        return at;
    }
    bool is_reference_after(std::size_t at) const {
        at = after_comments(at);
        const auto begin = at;
        while (at < before_.size() && pdf::is_digit(before_[at])) ++at;
        if (at == begin) return false;
        at = after_comments(at);
        return at < before_.size() && before_[at] == 'R';
    }

    const Object* fresh_object(std::uint64_t number) const {
        const auto found = std::find_if(objects_.begin(), objects_.end(), [&](const Object& o) {
            return o.number == number;
        });
        return found == objects_.end() ? nullptr : &*found;
    }

    /// Nothing was taken away, and what came are signature fields written here.
    bool adds_signatures(std::string_view before, std::string_view after, bool widgets) const {
        if (before == after) return true;
        if (!signed_over_) return false;
        const auto old =
            before.empty() ? std::vector<std::uint64_t>() : pdf::read_references(before);
        const auto now = pdf::read_references(after);
        if (!old || !now || now->size() < old->size()) return false;
        if (!std::equal(old->begin(), old->end(), now->begin())) return false;
        return std::all_of(
            now->begin() + static_cast<std::ptrdiff_t>(old->size()),
            now->end(),
            [&](std::uint64_t number) {
                const Object* object = fresh_object(number);
                if (object == nullptr || object->stream) return false;
                const auto field = pdf::read_dictionary(object->value, 0);
                return field && is_signature_field(*field) && !value_of(*field, "V").empty() &&
                       (!widgets || value_of(*field, "Subtype") == "/Widget");
            }
        );
    }

    bool adds_to_form(std::string_view before, std::string_view after) const {
        if (before == after) return true;
        Dictionary old;
        if (before.starts_with("<<")) {
            auto read = pdf::read_dictionary(before, 0);
            if (!read) return false;
            old = std::move(*read);
        } else if (!before.empty()) {
            return false;
        }
        if (const auto number = pdf::read_reference(after)) {
            const Object* object = before.empty() ? fresh_object(*number) : nullptr;
            if (object == nullptr || object->stream) return false;
            after = object->value;
        }
        if (!after.starts_with("<<")) return false;
        const auto now = pdf::read_dictionary(after, 0);
        return now && differs_only_in(old, *now, {"Fields", "SigFlags"}) &&
               adds_signatures(value_of(old, "Fields"), value_of(*now, "Fields"), false);
    }

    PdfUpdate judge_object(const Object& object, const pdf::History& history) const {
        if (!history.knows(object.number)) return PdfUpdate::permitted;
        const auto old = history.object(object.number);
        if (!old) return PdfUpdate::unknown;
        if (old->value == object.value && !old->stream && !object.stream)
            return PdfUpdate::permitted;
        if (old->stream || object.stream) return PdfUpdate::pages;
        if (old->value.starts_with('['))
            return adds_signatures(old->value, object.value, true) ? PdfUpdate::permitted
                                                                   : PdfUpdate::pages;
        if (!old->value.starts_with("<<") || !object.value.starts_with("<<"))
            return PdfUpdate::unknown;
        const auto before = pdf::read_dictionary(old->value, 0);
        const auto after = pdf::read_dictionary(object.value, 0);
        if (!before || !after) return PdfUpdate::unknown;
        return judge_dictionaries(*before, *after);
    }

    PdfUpdate judge_dictionaries(const Dictionary& before, const Dictionary& after) const {
        const auto type = value_of(before, "Type");
        const auto either = [](bool good, PdfUpdate otherwise) {
            return good ? PdfUpdate::permitted : otherwise;
        };
        if (type == "/Page")
            return either(
                differs_only_in(before, after, {"Annots"}) &&
                    adds_signatures(value_of(before, "Annots"), value_of(after, "Annots"), true),
                PdfUpdate::pages
            );
        if (type == "/Catalog") {
            if (value_of(before, "Pages") != value_of(after, "Pages")) return PdfUpdate::pages;
            return either(
                differs_only_in(before, after, {"AcroForm", "DSS", "Extensions"}) &&
                    adds_to_form(value_of(before, "AcroForm"), value_of(after, "AcroForm")),
                PdfUpdate::unknown
            );
        }
        if (type == "/Pages") return PdfUpdate::pages;
        if (type == "/DSS") return PdfUpdate::permitted;
        if (signed_over_ && is_signature_field(before) && value_of(before, "V").empty())
            return either(differs_only_in(before, after, {"V", "AP", "M"}), PdfUpdate::unknown);
        if (!value_of(before, "Fields").empty())
            return either(
                differs_only_in(before, after, {"Fields", "SigFlags"}) &&
                    adds_signatures(value_of(before, "Fields"), value_of(after, "Fields"), false),
                PdfUpdate::unknown
            );
        return PdfUpdate::unknown;
    }

    std::string_view file_, before_;
    bool signed_over_;
    std::size_t at_ = 0, table_at_ = 0;
    std::vector<Object> objects_;
    std::map<std::uint64_t, std::uint64_t> places_;
    pdf::Section section_;
};

constexpr std::string_view names_of_pages[] = {
    "/Page", "/Kids", "/Contents", "/XObject", "/Resources"};

/// No update at all, or one that may show a reader something else.
bool may_show_more(std::string_view update) {
    const bool whole = update.find("startxref") != npos && update.rfind("%%EOF") != npos;
    return !whole ||
           std::any_of(std::begin(names_of_pages), std::end(names_of_pages), [&](auto name) {
               return update.find(name) != npos;
           });
}

}  // namespace

PdfUpdate update_between(
    std::string_view pdf, std::uint64_t end, std::uint64_t next, bool signed_over
) {
    auto worst = PdfUpdate::none;
    constexpr int updates_max = 16;
    for (int i = 0; end < next && i < updates_max; ++i) {
        Update update(pdf, end, next, signed_over);
        const auto found = update.judge();
        if (found == PdfUpdate::unknown)
            return !signed_over && may_show_more(pdf.substr(end, next - end)) ? PdfUpdate::pages
                                                                              : found;
        worst = std::max(worst, found);
        end = update.end();
    }
    return end < next ? PdfUpdate::unknown : worst;
}

}  // namespace gw::crypto
