// The portal's procedure catalogue.
#include "connectors/national_portal/catalogue.hpp"

#include "gateway/core/identifiers.hpp"
#include "gateway/core/text.hpp"
#include "gateway/mapping/answers.hpp"

#include <algorithm>

namespace gw::national_portal {
namespace {

using core::Document;

std::string text(const Document& object, std::string_view name) {
    const Document* value = object.find_ignoring_case(name);
    return value == nullptr || value->is_list() || value->is_object() ? std::string()
                                                                      : value->as_text();
}

const std::vector<Document>& rows(const Document& object, std::string_view name) {
    static const std::vector<Document> none;
    const Document* value = object.find_ignoring_case(name);
    return value != nullptr && value->is_list() ? value->items() : none;
}

/// The rows of a list answer: an array, or an object with data[] (NP-9).
const std::vector<Document>& list_of(const Document& result) {
    if (result.is_list()) return result.items();
    return rows(result, "data");
}

struct Names {
    std::string_view wire, canonical;
};
Document renamed(const std::vector<Document>& from, std::initializer_list<Names> names) {
    Document list = Document::list();
    for (const Document& row : from) {
        Document item = Document::object();
        for (const Names& name : names) {
            const std::string value = text(row, name.wire);
            if (!value.empty()) item.set(std::string(name.canonical), Document::text(value));
        }
        list.push(std::move(item));
    }
    return list;
}

std::string_view channel_word(const std::string& code) {
    if (code == "1") return "counter";
    if (code == "2") return "online";
    if (code == "3") return "post";
    return "";
}

core::Result<Document> durations(const Document& from) {
    Document list = Document::list();
    for (const Document& way : rows(from, "CACHTHUCTHUCHIEN"))
        for (const Document& time : rows(way, "THOIGIAN")) {
            const auto unit = duration_unit(text(time, "DONVITINH"));
            if (!unit)
                return core::Error(
                    core::Advice::hold,
                    core::Blame::message,
                    "code_unmapped",
                    "Đơn vị thời hạn (DONVITINH) chưa có trong bảng; thủ tục chờ cán bộ xem."
                );
            Document item = Document::object();
            item.set("channel", Document::text(std::string(channel_word(text(way, "KENH")))));
            item.set("amount", Document::text(text(time, "THOIGIANGIAIQUYET")));
            item.set("unit", Document::text(std::string(*unit)));
            item.set("case", Document::text(text(time, "MOTA")));
            list.push(std::move(item));
        }
    return list;
}

Document fees(const Document& from) {
    Document list = Document::list();
    for (const Document& way : rows(from, "CACHTHUCTHUCHIEN"))
        for (const Document& time : rows(way, "THOIGIAN"))
            for (const Document& fee : rows(time, "PHILEPHI")) {
                Document item = Document::object();
                item.set("channel", Document::text(std::string(channel_word(text(way, "KENH")))));
                item.set("code", Document::text(text(fee, "MAPHILEPHI")));
                item.set("amount", Document::text(text(fee, "SOTIEN")));
                item.set("unit", Document::text(text(fee, "DONVI")));
                item.set("name", Document::text(text(fee, "MOTA")));
                list.push(std::move(item));
            }
    return list;
}

Document components(const Document& from) {
    Document list = Document::list();
    for (const Document& group : rows(from, "THANHPHANHOSO"))
        for (const Document& paper : rows(group, "GIAYTO")) {
            Document item = Document::object();
            item.set("code", Document::text(text(paper, "MAGIAYTO")));
            item.set("name", Document::text(text(paper, "TENGIAYTO")));
            item.set("originals", Document::text(text(paper, "SOBANCHINH")));
            item.set("copies", Document::text(text(paper, "SOBANSAO")));
            item.set("case", Document::text(text(group, "TRUONGHOP")));
            // What depends on the case is wanted of some; what is wanted in no piece, of nobody.
            const auto wanted = [&paper](std::string_view name) {
                const std::string count = text(paper, name);
                return count.find_first_of("123456789") != count.npos;
            };
            const bool always = text(group, "TRUONGHOP").empty();
            item.set(
                "mandatory",
                Document::boolean(always && (wanted("SOBANCHINH") || wanted("SOBANSAO")))
            );
            list.push(std::move(item));
        }
    return list;
}

std::optional<core::Day> day_in(const Document& body, std::string_view name) {
    return core::parse_iso_day(body.text_of(name));
}

std::chrono::sys_days first_day(const Procedure& version) {
    return version.valid_from.value_or(core::Day{});
}

constexpr std::string_view unreadable = "national_portal.procedure_unreadable";

}  // namespace

const Procedure* Catalogue::version_on(std::string_view code, core::Day day) const {
    const auto found = by_code_.find(code);
    if (found == by_code_.end()) return nullptr;
    using std::chrono::sys_days;
    const std::vector<Procedure>& versions = found->second;
    for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
        if (it->valid_to && sys_days(*it->valid_to) < sys_days(day)) continue;
        // A procedure first seen today was in force before: the oldest known version serves
        // earlier days.
        const bool oldest = &*it == &versions.front();
        if (oldest || first_day(*it) <= sys_days(day)) return &*it;
    }
    return nullptr;
}

const Procedure* Catalogue::find(std::string_view code, core::Day day) const {
    if (const Procedure* exact = version_on(code, day)) return exact;
    const auto same = by_short_.find(core::short_procedure(code));
    if (same == by_short_.end()) return nullptr;
    for (const std::string& listed : same->second)  // the short form stands first
        if (const Procedure* p = version_on(listed, day)) return p;
    return nullptr;
}

std::size_t Catalogue::first_wanted(const std::vector<std::string>& codes) const {
    if (wanted_.empty()) return codes.size();
    const auto is_wanted = [this](const std::string& code) {
        return std::any_of(wanted_.begin(), wanted_.end(), [&code](const std::string& wanted) {
            return core::short_procedure(wanted) == core::short_procedure(code);
        });
    };
    const auto found = std::find_if(codes.begin(), codes.end(), is_wanted);
    return static_cast<std::size_t>(found - codes.begin());
}

void Catalogue::put(Procedure procedure) {
    std::erase_if(wanted_, [&procedure](const std::string& code) {
        return core::short_procedure(code) == core::short_procedure(procedure.code);
    });
    by_short_[core::short_procedure(procedure.code)].insert(procedure.code);
    std::vector<Procedure>& versions = by_code_[procedure.code];
    const auto day = first_day(procedure);
    std::erase_if(versions, [&](const Procedure& p) {
        return p.sha256 == procedure.sha256 && first_day(p) == day;
    });
    const auto later = [&day](const Procedure& p) { return first_day(p) > day; };
    const auto place = std::find_if(versions.begin(), versions.end(), later);
    versions.insert(place, std::move(procedure));
}

std::vector<ListedProcedure> read_procedure_list(const Document& result) {
    std::vector<ListedProcedure> out;
    for (const Document& row : list_of(result)) {
        ListedProcedure listed;
        listed.code = text(row, "MATTHC");
        listed.name = text(row, "TENTTHC");
        if (!listed.code.empty()) out.push_back(std::move(listed));
    }
    return out;
}

std::optional<std::string_view> duration_unit(std::string_view donvitinh) {
    const std::string unit = mapping::normalise_text(donvitinh);
    if (unit == "ngày làm việc") return "working_days";
    if (unit == "ngày") return "days";
    if (unit == "giờ" || unit == "giờ làm việc") return "hours";
    if (unit == "tháng") return "months";
    return std::nullopt;
}

core::Result<Document> read_procedure(const Document& result) {
    const Document* from = &result;
    if (result.is_list() || result.find_ignoring_case("data") != nullptr) {
        if (list_of(result).empty())
            return core::give_up(std::string(unreadable), "Cổng không trả về thủ tục.");
        from = &list_of(result).front();
    }
    const std::string code = text(*from, "MATTHC");
    if (!from->is_object() || code.empty())
        return core::give_up(std::string(unreadable), "Không đọc được thủ tục từ Cổng.");
    auto times = durations(*from);
    if (!times) return times.error();
    Document out = Document::object();
    out.set("code", Document::text(code));
    out.set("short_code", Document::text(core::short_procedure(code)));
    out.set("portal_id", Document::text(text(*from, "ID")));
    out.set("name", Document::text(text(*from, "TENTTHC")));
    out.set("publisher", Document::text(text(*from, "MACOQUANCONGBO")));
    out.set("decision", Document::text(text(*from, "QUYETDINH")));
    out.set("decision_id", Document::text(text(*from, "IDQUYETDINHCONGBO")));
    out.set("public", Document::boolean(text(*from, "TRANGTHAI") == "1"));
    const Document fields =
        renamed(rows(*from, "LINHVUCTHUCHIEN"), {{"MALINHVUC", "code"}, {"TENLINHVUC", "name"}});
    if (fields.size() > 0) out.set("field", fields.items().front());
    out.set("fields", fields);
    out.set("durations", std::move(*times));
    out.set("fees", fees(*from));
    out.set("components", components(*from));
    out.set(
        "results",
        renamed(rows(*from, "KETQUATHUCHIEN"), {{"MAKETQUA", "code"}, {"TENKETQUA", "name"}})
    );
    out.set(
        "receivers",
        renamed(rows(*from, "COQUANTHUCHIEN"), {{"MADONVI", "code"}, {"TENDONVI", "name"}})
    );
    out.set(
        "authorities",
        renamed(rows(*from, "COQUANCOTHAMQUYEN"), {{"MADONVI", "code"}, {"TENDONVI", "name"}})
    );
    if (const Document* all = out.find("authorities"); all->size() > 0)
        out.set("authority", all->items().front());
    return out;
}

ProcedureVersion make_version(
    std::string_view code, const Document& result, std::string_view raw_sha256, core::Instant now
) {
    ProcedureVersion version;
    version.code = std::string(code);
    version.sha256 = std::string(raw_sha256);
    auto parsed = read_procedure(result);
    Document body = parsed ? std::move(*parsed) : Document::object();
    body.set("code", Document::text(version.code));
    body.set("sha256", Document::text(version.sha256));
    body.set("fetched_at", Document::text(core::to_rfc3339(now)));
    body.set("valid_from", Document::text(core::to_iso_day(core::local_day(now))));
    if (!parsed) {
        body.set("problem", Document::text(parsed.error().what));
        body.set("problem_code", Document::text(parsed.error().code));
    }
    body.set("raw", result);
    version.body = std::move(body);
    return version;
}

bool says_nothing(const Document& version) {
    return version.text_of("problem_code") == unreadable;
}

Decision read_decision(const Document& result) {
    Decision out;
    const Document* from = result.is_object() && result.find_ignoring_case("data") == nullptr
                               ? &result
                           : list_of(result).empty() ? nullptr
                                                     : &list_of(result).front();
    if (from == nullptr) return out;
    out.number = text(*from, "SOQUYETDINH");
    const std::string day = text(*from, "NGAYQUYETDINH");
    if (day.size() == 10 && day[2] == '/' && day[5] == '/')
        out.day =
            core::parse_iso_day(day.substr(6) + "-" + day.substr(3, 2) + "-" + day.substr(0, 2));
    return out;
}

void date_version(Document& body, const Decision& decision, const Document& before, bool same) {
    constexpr std::size_t version_max = 20;
    if (!decision.number.empty()) {
        body.set("decision", Document::text(decision.number));
        body.set("version", Document::text(core::truncate_marked(decision.number, version_max)));
    }
    if (decision.day) body.set("decided_on", Document::text(core::to_iso_day(*decision.day)));
    const auto old = day_in(before, "valid_from");
    if (same) {
        if (old) body.set("valid_from", Document::text(core::to_iso_day(*old)));
        return;
    }
    const auto seen = day_in(body, "valid_from");
    using std::chrono::sys_days;
    if (!decision.day || (seen && sys_days(*decision.day) > sys_days(*seen))) return;
    if (old && sys_days(*decision.day) <= sys_days(*old)) return;
    body.set("valid_from", Document::text(core::to_iso_day(*decision.day)));
}

std::optional<Procedure> procedure_of(const Document& stored) {
    Procedure p;
    p.code = stored.text_of("code");
    if (p.code.empty() || stored.find("problem") != nullptr) return std::nullopt;
    p.name = stored.text_of("name");
    p.sha256 = stored.text_of("sha256");
    if (const Document* field = stored.find("field")) {
        p.field_code = field->text_of("code");
        p.field_name = field->text_of("name");
    }
    const auto filled = [&stored](std::string_view name) {
        const Document* list = stored.find(name);
        return list != nullptr && list->size() > 0;
    };
    p.has_fees = filled("fees");
    p.has_results = filled("results");
    p.has_deadline = filled("durations");
    const auto agencies = [&stored](std::string_view name) {
        std::vector<Agency> out;
        for (const Document& row : rows(stored, name)) {
            Agency agency;
            agency.code = row.text_of("code");
            agency.name = row.text_of("name");
            if (!agency.code.empty()) out.push_back(std::move(agency));
        }
        return out;
    };
    p.receivers = agencies("receivers");
    p.authorities = agencies("authorities");
    p.valid_from = day_in(stored, "valid_from");
    p.valid_to = day_in(stored, "valid_to");
    return p;
}

}  // namespace gw::national_portal
