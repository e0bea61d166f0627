// The canonical side of a push.
#include "connectors/national_portal/canonical.hpp"

#include "connectors/kit/file_links.hpp"
#include "gateway/core/identifiers.hpp"
#include "gateway/core/payment.hpp"
#include "gateway/core/result_commands.hpp"
#include "gateway/core/status.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::national_portal {
namespace {

using core::Document;

constexpr formats::JsonLimits snapshot_limits{8 << 20, 64, 20'000};

std::string code_elsewhere(const Document& dossier) {
    const Document* codes = dossier.find("other_codes");
    if (codes == nullptr) return {};
    for (const Document& row : codes->items()) {
        const std::string system = row.text_of("system");
        if (system == "national_portal" || system == "portal") return row.text_of("code");
    }
    return {};
}

core::Day day_of(const Document& dossier, core::Instant occurred_at) {
    for (const auto name : {"received_at", "submitted_at"}) {
        const auto at = core::parse_rfc3339(dossier.text_of(name));
        if (at) return core::local_day(*at);
    }
    return core::local_day(occurred_at);
}

bool is_true(const Document& object, std::string_view name) {
    const Document* value = object.find(name);
    return value != nullptr && value->as_boolean();
}

/// HoSoCoThanhPhanSoHoa: any document digitised or reused. From facts only (NP-61).
bool is_digitised(const Document& dossier) {
    const Document* documents = dossier.find("documents");
    if (documents == nullptr) return false;
    return std::any_of(documents->items().begin(), documents->items().end(), [](const Document& d) {
        const std::string reused = d.text_of("reused", "no");
        return !is_true(d, "deleted") && (is_true(d, "digitised") || reused != "no");
    });
}

/// DuocThanhToanTrucTuyen by the rule of the dossier's own flags; what is due and unpaid as this
/// portal wants it.
std::string online_payment(const Options& options, const Document& dossier) {
    constexpr int unpaid = 3;
    const int flag = core::online_payment_flag(dossier);
    return flag == unpaid ? options.online_payment_unpaid_code : std::to_string(flag);
}

/// NP-24: a line that the one-stop did not write, from facts that exist; it names the unit, not an
/// officer.
Document line_by_rule(
    const Document& dossier,
    std::string_view at_field,
    std::string_view status,
    std::string_view text
) {
    Document officer = Document::object();
    const Document* unit = dossier.find("receiving_unit");
    const std::string name = unit == nullptr ? "" : unit->text_of("name");
    officer.set("name", Document::text(name));
    officer.set("unit", Document::text(name));
    Document line = Document::object();
    line.set("at", Document::text(dossier.text_of(at_field)));
    line.set("officer", std::move(officer));
    line.set("text", Document::text(std::string(text)));
    line.set("status", Document::text(std::string(status)));
    line.set("completed_by_rule", Document::boolean(true));
    return line;
}

Document with_dossier(Document line, const Document& dossier) {
    Document out = Document::object();
    out.set("progress", std::move(line));
    out.set("dossier", dossier);
    return out;
}

/// Life of links (national-portal.md 25): submitted papers 400 days, results until revoked.
constexpr std::chrono::days papers_life{400}, results_life{3650};

void set_file_url(const Options& o, const Said& said, std::chrono::days life, Document& item) {
    connector_kit::FileLink link;
    link.tenant = said.agency;
    link.attachment = item.text_of("attachment_id");
    // From the dossier's day, not from the clock: a repeated message carries the same links.
    link.until = core::at_local(said.day) + life;
    if (link.attachment.empty() || o.files_base_url.empty() || o.files_secret.size() < 16) return;
    item.set(
        "file_url", Document::text(connector_kit::file_url(o.files_base_url, o.files_secret, link))
    );
}

}  // namespace

std::string portal_key_of(const Document& dossier, const std::string& code) {
    if (dossier.text_of("origin") != "national_portal") return code;
    const std::string elsewhere = code_elsewhere(dossier);
    return elsewhere.empty() ? code : elsewhere;
}

const Document& Said::dossier() const {
    const Document* found = snapshot.find("dossier");
    return found != nullptr ? *found : snapshot;
}

core::Result<Said> read_snapshot(const core::Claim& claim) {
    Said said;
    auto read = claim.snapshot ? formats::read_json(*claim.snapshot, snapshot_limits)
                               : core::Result<Document>(core::give_up("json.syntax", ""));
    if (!read || !read->is_object())
        return core::give_up(
            "national_portal.snapshot",
            "Nội dung lưu của sự kiện không đọc được; cần kiểm tra hệ thống."
        );
    said.snapshot = std::move(*read);
    if (Document* inner = said.snapshot.find("dossier")) core::drop_held_results(*inner);
    const Document& dossier = said.dossier();
    said.day = day_of(dossier, claim.occurred_at);
    said.agency = claim.leg.agency;
    said.code = dossier.text_of("code", claim.leg.dossier);
    said.portal_origin = dossier.text_of("origin") == "national_portal";
    const std::string elsewhere = code_elsewhere(dossier);
    said.national_code = elsewhere.empty() ? said.code : elsewhere;
    said.portal_key = portal_key_of(dossier, said.code);
    const Document* imported = said.snapshot.find("imported");
    if (imported == nullptr) imported = dossier.find("imported");
    said.imported = imported != nullptr && imported->as_boolean();
    if (const auto status = core::status_from_word(dossier.text_of("status")))
        said.status = static_cast<int>(*status);
    return said;
}

std::vector<Document> progress_lines(const Said& said, std::string_view event_kind) {
    std::vector<Document> lines;
    const Document& dossier = said.dossier();
    const Document* progress = said.snapshot.find("progress");
    if (progress != nullptr) {
        const std::vector<Document> one{*progress};
        for (const Document& line : progress->is_list() ? progress->items() : one)
            if (!is_true(line, "internal")) lines.push_back(line);
    } else if (event_kind == "dossier.received" && !dossier.text_of("received_at").empty()) {
        lines.push_back(line_by_rule(dossier, "received_at", "received", "Tiếp nhận hồ sơ"));
    } else if (said.status == 9 && !dossier.text_of("finished_at").empty()) {
        lines.push_back(line_by_rule(dossier, "finished_at", "finished", "Đã xử lý xong hồ sơ"));
    }
    std::stable_sort(lines.begin(), lines.end(), [](const Document& a, const Document& b) {
        const auto at_a = core::parse_rfc3339(a.text_of("at")),
                   at_b = core::parse_rfc3339(b.text_of("at"));
        return at_a && at_b && *at_a < *at_b;
    });
    for (Document& line : lines) line = with_dossier(std::move(line), dossier);
    return lines;
}

mapping::Context mapping_context(
    const Options& options, const Said& said, const Catalogue& catalogue
) {
    const Document& dossier = said.dossier();
    Document procedure = Document::object();
    const Document* own = dossier.find("procedure");
    const std::string code = own == nullptr ? "" : own->text_of("code");
    if (const Procedure* known = catalogue.find(code, said.day)) {
        procedure.set("name", Document::text(known->name));
        procedure.set("field_code", Document::text(known->field_code));
        procedure.set("field_name", Document::text(known->field_name));
        if (!known->has_deadline) procedure.set("no_deadline", Document::boolean(true));
    } else if (own != nullptr) {
        procedure.set("name", Document::text(own->text_of("name")));
        const Document* field = own->find("field");
        procedure.set("field_code", Document::text(field == nullptr ? "" : field->text_of("code")));
        procedure.set("field_name", Document::text(field == nullptr ? "" : field->text_of("name")));
    }
    const Document* deciding = dossier.find("deciding_agency");
    const std::string unit =
        dossier.text_of("processing_unit", deciding == nullptr ? "" : deciding->text_of("name"));
    Document context = Document::object();
    context.set("madonvi", Document::text(options.madonvi));
    context.set("tendonvi", Document::text(options.tendonvi));
    context.set("profile", Document::text(options.profile));
    context.set("national_code", Document::text(said.national_code));
    context.set("portal_code", Document::text(said.portal_key));
    context.set("procedure", std::move(procedure));
    context.set(
        "submitted_where", Document::text(said.portal_origin ? "national_portal" : "local")
    );
    context.set("digitised", Document::boolean(is_digitised(dossier)));
    context.set("online_payment", Document::text(online_payment(options, dossier)));
    context.set("unit", Document::text(unit));
    const bool promotion = dossier.at("/other_info/promotion") != nullptr;
    context.set("dossier_kind", Document::text(promotion ? "promotion" : "general"));
    const Document* reason = said.snapshot.at("/progress/correction/reason_vi");
    if (reason != nullptr) context.set("correction_reason", *reason);
    context.set("omit_empty", Document::boolean(options.omit_empty));
    return context;
}

Document with_files(const Options& options, const Said& said) {
    Document dossier = said.dossier();
    if (Document* papers = dossier.find("documents"))
        for (Document& item : papers->items()) set_file_url(options, said, papers_life, item);
    if (Document* results = dossier.find("results"))
        for (Document& item : results->items()) set_file_url(options, said, results_life, item);
    return dossier;
}

}  // namespace gw::national_portal
