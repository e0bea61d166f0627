// SOAP of the population database.
#include "connectors/population/codec.hpp"

#include "gateway/core/text.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/xml.hpp"

#include <algorithm>
#include <optional>

namespace gw::population {

namespace {

using core::Document;

constexpr std::size_t answer_bytes_max = 1 << 20;
constexpr formats::XmlLimits xml_limits{answer_bytes_max, 32, 64};
constexpr int wrappings_max = 2;

std::string_view local(std::string_view name) {
    const auto at = name.rfind('}');
    return at == name.npos ? name : name.substr(at + 1);
}
/// First child of this local name; live services mix namespaces.
const Document* child(const Document& element, std::string_view name) {
    for (const core::Member& m : element.members())
        if (local(m.name) == name) return &m.value;
    return nullptr;
}
/// Composed as everything of ours is (F-91), with single blanks.
std::string tidy(std::string_view text) {
    return core::single_blanks(core::to_nfc(text).value_or(std::string(text)));
}
/// Text of an element: nil, empty and missing all mean no value.
std::string text_of(const Document& element, std::string_view name) {
    const Document* found = child(element, name);
    if (found == nullptr) return {};
    if (!found->is_object()) return tidy(found->as_text());
    const Document* inner = child(*found, "#text");
    return inner == nullptr ? std::string() : tidy(inner->as_text());
}
/// A bare code, or the code inside its element ("DanToc" / "MaDanToc").
std::string code_of(const Document& person, std::string_view name, std::string_view inner) {
    const Document* found = child(person, name);
    if (found != nullptr && found->is_object()) {
        const std::string code = text_of(*found, inner);
        if (!code.empty()) return code;
    }
    return text_of(person, name);
}

/// Anywhere below: the reply element may sit in wrappers of the exchange.
const Document* below(const Document& element, std::string_view name, int depth = 0) {
    if (depth > 8) return nullptr;
    if (const Document* here = child(element, name)) return here;
    for (const core::Member& m : element.members())
        if (const Document* found = below(m.value, name, depth + 1)) return found;
    return nullptr;
}

std::string join_name(const Document& person) {
    const Document* name = child(person, "HoVaTen");
    if (name == nullptr) return {};
    if (!name->is_object()) return tidy(name->as_text());
    std::string out;
    for (const auto part : {"Ho", "ChuDem", "Ten"}) {
        const std::string value = text_of(*name, part);
        if (!value.empty()) out += (out.empty() ? "" : " ") + value;
    }
    return out.empty() ? text_of(person, "HoVaTen") : out;
}

/// "yyyyMMdd", "yyyy-MM-dd" or a year; the full date when both are given, also when they differ
/// (F-84).
struct Birth {
    Birth() = default;
    std::string text;
    bool conflict = false;
};
Birth birth_of(const Document& person) {
    Birth out;
    const Document* birth = child(person, "NgayThangNamSinh");
    if (birth == nullptr) return out;
    std::string full = birth->is_object() ? text_of(*birth, "NgayThangNam")
                                          : core::single_blanks(birth->as_text());
    const std::string year = birth->is_object() ? text_of(*birth, "Nam") : "";
    std::erase(full, '-');
    const bool digits = full.find_first_not_of("0123456789") == full.npos;
    if (!digits) full.clear();
    const bool whole = full.size() == 8;
    out.conflict = (whole || full.size() == 4) && !year.empty() && full.substr(0, 4) != year;
    if (whole)
        out.text = full.substr(0, 4) + "-" + full.substr(4, 2) + "-" + full.substr(6, 2);
    else
        out.text = full.size() == 4 ? full : year;
    return out;
}

Document address_of(const Document& place) {
    Document out = Document::object();
    const auto put = [&](const char* name, const std::string& value) {
        if (!value.empty()) out.set(name, Document::text(value));
    };
    put("unit_code_raw", text_of(place, "MaDonViHanhChinh"));
    put("province_code", text_of(place, "MaTinhThanh"));
    put("district_code", text_of(place, "MaQuanHuyen"));
    put("commune_code", text_of(place, "MaPhuongXa"));
    put("detail", text_of(place, "ChiTiet"));
    put("country", text_of(place, "QuocGia"));
    return out;
}

std::string sex_of(const std::string& code) {
    return code == "1" ? "male" : code == "2" ? "female" : code == "0" ? "unknown" : "";
}

Document person_of(const Document& person) {
    Document out = Document::object();
    const auto put = [&](const char* name, const std::string& value) {
        if (!value.empty()) out.set(name, Document::text(value));
    };
    put("citizen_number", text_of(person, "SoDinhDanh"));
    put("old_id_number", text_of(person, "SoCMND"));
    put("full_name", join_name(person));
    const Birth birth = birth_of(person);
    put("birth", birth.text);
    if (birth.conflict) out.set("birth_conflict", Document::boolean(true));
    put("sex", sex_of(text_of(person, "GioiTinh")));
    put("ethnic", code_of(person, "DanToc", "MaDanToc"));
    put("religion", code_of(person, "TonGiao", "MaTonGiao"));
    put("nationality", code_of(person, "QuocTich", "MaQuocTich"));
    if (const Document* place = child(person, "ThuongTru"))
        if (place->is_object()) out.set("address", address_of(*place));
    return out;
}

ports::LookupAnswer outcome(std::string_view word, std::string code = {}) {
    ports::LookupAnswer answer;
    answer.outcome = std::string(word);
    answer.code = std::move(code);
    answer.says = Document::object();
    return answer;
}

ports::LookupAnswer from_fault(const mapping::Answers& answers, const Document& fault) {
    const auto meaning =
        answers.classify("*", text_of(fault, "faultcode"), text_of(fault, "faultstring"));
    std::string code = meaning.row == nullptr ? "population.fault" : meaning.row->name;
    const std::string flag = meaning.row == nullptr ? "" : meaning.row->flag;
    if (flag == "denied" || flag == "rejected") return outcome(flag, std::move(code));
    return outcome("unavailable", std::move(code));
}

/// "2026-03-02T09:30:00" of a live service is Vietnam time and does not say so.
Document stated_time(const Document& at) {
    const std::string text = at.as_text();
    const auto zoned = core::parse_rfc3339(text);
    if (!zoned && core::parse_rfc3339(text + "+07:00")) return Document::text(text + "+07:00");
    return at;
}

/// Those of a household whose number was asked; everybody else is only counted.
void keep_asked(std::vector<const Document*>& people, const Document& asks) {
    const Document* subject = asks.find("subject");
    if (subject == nullptr) return;
    const std::string number = subject->text_of("citizen_number"),
                      old = subject->text_of("old_id_number");
    std::erase_if(people, [&](const Document* p) {
        const bool same = !number.empty() && text_of(*p, "SoDinhDanh") == number;
        return !same && (old.empty() || text_of(*p, "SoCMND") != old);
    });
}

ports::LookupAnswer from_collection(const Document& collection, const Document& asks) {
    std::vector<const Document*> people;
    for (const core::Member& m : collection.members())
        if (local(m.name) == "CongDan" && m.value.is_object()) people.push_back(&m.value);
    std::erase_if(people, [](const Document* p) { return join_name(*p).empty(); });
    const auto count = Document::number(static_cast<std::int64_t>(people.size()));
    const bool household = asks.text_of("kind") == "household";
    if (household) keep_asked(people, asks);
    if (people.empty()) return outcome("not_found");
    ports::LookupAnswer answer = outcome(people.size() == 1 ? "found" : "ambiguous");
    if (people.size() == 1) answer.says = person_of(*people.front());
    if (household && people.size() == 1) answer.says.set("household_size", count);
    answer.says.set("count", Document::number(static_cast<std::int64_t>(people.size())));
    if (const Document* at = child(collection, "@ThoiDiemDuLieu"))
        answer.says.set("data_as_of", stated_time(*at));
    return answer;
}

ports::LookupAnswer from_yes_no(const Document& reply) {
    std::string word = text_of(reply, "TonTai");
    for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (word == "true" || word == "1") return outcome("confirmed");
    if (word == "false" || word == "0") return outcome("not_confirmed");
    return outcome("unavailable", "population.unreadable");
}

/// The reply inside an envelope; nullopt: there is none in it.
std::optional<ports::LookupAnswer> from_xml(
    const mapping::Answers& answers, const Document& root, const Document& asks
) {
    if (const Document* fault = below(root, "Fault")) return from_fault(answers, *fault);
    if (const Document* collection = below(root, "CongdanCollection"))
        return from_collection(*collection, asks);
    if (const Document* reply = below(root, "KetQuaXacThuc")) return from_yes_no(*reply);
    if (const Document* count = below(root, "SoLuongCongDan")) {
        const std::string number = count->as_text();
        if (number.empty() || number.find_first_not_of("0123456789") != number.npos)
            return std::nullopt;
        const auto value = number.find_first_not_of('0') == number.npos ? 0 : number == "1" ? 1 : 2;
        return outcome(value == 0 ? "not_confirmed" : value == 1 ? "confirmed" : "ambiguous");
    }
    return std::nullopt;
}

/// Text of the only leaf: XML as text in an element.
std::string only_text(const Document& value, int depth = 0) {
    if (!value.is_object()) return value.as_text();
    if (depth > 8) return {};
    for (const core::Member& m : value.members())
        if (auto text = only_text(m.value, depth + 1); text.find('<') != text.npos) return text;
    return {};
}

/// XML held as text in JSON, in CDATA or escaped: what is inside; "" when nothing is.
std::string unwrapped(std::string_view body) {
    const auto start = body.find_first_not_of(" \t\r\n");
    if (start == body.npos || (body[start] != '{' && body[start] != '[')) return {};
    const auto json = formats::read_json(body, {answer_bytes_max, 16, 1'000});
    if (!json) return {};
    for (const auto name : {"message", "response", "data", "result"})
        if (const Document* inner = json->find_ignoring_case(name))
            if (inner->is_text() && inner->as_text().find('<') != std::string::npos)
                return inner->as_text();
    return {};
}

/// A yes/no of the REST variant: {"data": true}; or the bus, which has no use for our token.
std::optional<ports::LookupAnswer> from_json(
    const mapping::Answers& answers, std::string_view body
) {
    const auto json = formats::read_json(body, {answer_bytes_max, 16, 1'000});
    if (!json || !json->is_object()) return std::nullopt;
    const Document* message = json->find_ignoring_case("message");
    if (message != nullptr && message->is_text()) {
        const auto meaning = answers.classify("*", "", message->as_text());
        if (meaning.meaning == mapping::ReplyClass::reauth)
            return outcome("denied", meaning.row->name);
    }
    const Document* data = json->find_ignoring_case("data");
    if (data == nullptr || !data->is_boolean()) return std::nullopt;
    return outcome(data->as_boolean() ? "confirmed" : "not_confirmed");
}

std::string formed_name(NameForm form, std::string name) {
    if (form == NameForm::upper) return name;
    name = core::without_marks(name);
    if (form == NameForm::upper_ascii_nospace) std::erase(name, ' ');
    return name;
}

}  // namespace

core::Result<std::string> encode_question(
    const Options& options,
    const mapping::Library& library,
    const Operation& operation,
    const Document& asks,
    core::Day day
) {
    Document canonical = asks;
    if (!options.madvc_override.empty())
        canonical.set("procedure_code", Document::text(options.madvc_override));
    const Document* subject = asks.find("subject");
    if (subject != nullptr) {
        Document formed = *subject;
        formed.set(
            "full_name",
            Document::text(formed_name(options.name_form, subject->text_of("full_name")))
        );
        const std::string birth = subject->text_of("birth");
        canonical.set("subject", std::move(formed));
        const bool whole = birth.size() == 10;
        canonical.set(
            whole ? "birth_day" : "birth_year", Document::text(whole ? birth : birth.substr(0, 4))
        );
    }
    const auto mapping = library.find(operation.mapping, day);
    if (!mapping) return mapping.error();
    Document context = Document::object();
    context.set("profile", Document::text(options.profile));
    auto wire = mapping->encode(canonical, context);
    if (!wire) return wire.error();
    formats::XmlStyle style;
    style.prefixes = mapping->prefixes();
    return formats::write_xml(*wire, style);
}

ports::LookupAnswer read_answer(
    const mapping::Answers& answers, std::string_view body, const Document& asks
) {
    std::string text(body);
    for (int level = 0; level <= wrappings_max; ++level) {
        if (auto inner = unwrapped(text); !inner.empty()) {
            text = std::move(inner);
            continue;
        }
        const auto xml = formats::read_xml(text, xml_limits);
        if (!xml) {
            if (auto yes_no = from_json(answers, text)) return *yes_no;
            return outcome("unavailable", "population.unreadable");
        }
        if (auto answer = from_xml(answers, *xml, asks)) return *answer;
        text = only_text(*xml);
        if (text.empty()) break;
    }
    return outcome("unavailable", "population.unreadable");
}

}  // namespace gw::population
