// The services of the portal: what each does with its arguments.
#include "simulators/kit/json_writer.hpp"
#include "simulators/national_portal/world.hpp"

#include <algorithm>
#include <charconv>
#include <functional>

namespace sim::national_portal {
namespace {

using kit::Json;
using kit::JsonWriter;
using Instant = core::Instant;

kit::Occasion occasion(const Inquiry& q, Instant now) {
    kit::Occasion o;
    o.service = q.service;
    o.dossier = q.dossier;
    o.now = now;
    return o;
}

Reply refuse(World& w, Say what, const Blank& blank, const Inquiry& q, Instant now) {
    Reply r(Verdict::refused, w.options.refusal_code, w.sentence(what, blank));
    if (w.faults.strikes("refuse_without_reason", occasion(q, now))) r.message.clear();
    return r;
}
Reply refuse(World& w, const Finding& f, const std::string& code, const Inquiry& q, Instant now) {
    return refuse(w, f.what, Blank(code, f.field, f.value), q, now);
}
Reply ok(World& w, Say what, const Blank& blank) {
    return Reply(Verdict::ok, w.options.ok_code, w.sentence(what, blank));
}
Reply rows(World& w, std::string result) {
    Reply r(Verdict::ok, w.options.ok_code, "");
    r.result = std::move(result);
    r.reading = true;
    return r;
}

Reply already(World& w, const std::string& code, const Inquiry& q, Instant now) {
    Reply r(Verdict::already, w.options.already_code, w.sentence(Say::already, code));
    if (const auto* f = w.faults.strikes("already_text_variant", occasion(q, now))) {
        auto drawn = static_cast<std::int64_t>(w.words.below(variants(Say::already)));
        r.message = say(Say::already, static_cast<std::size_t>(f->number("variant", drawn)), code);
        static constexpr const char* codes[] = {"3", "-3", "0"};
        r.code = f->param("code", codes[w.words.below(3)]);
    }
    return r;
}
Reply not_found(World& w, const std::string& code) {
    return Reply(Verdict::not_found, w.options.refusal_code, w.sentence(Say::not_found, code));
}

std::string status_text(const HeldDossier* d) {
    return d && d->status() > 0 ? std::to_string(d->status()) : std::string();
}

int whole(const std::string& text) {
    int n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

// ---- writing ----

const Json* list_of(const Inquiry& q, std::size_t most) {
    const Json* data = kit::member(q.args, "data");
    return data && data->IsArray() && !data->Empty() && data->Size() <= most ? data : nullptr;
}

/// Order of statuses, and whether the dossier is where the call believes it.
std::optional<Reply> check_state(
    World& w, const Json& item, bool updating, const Inquiry& q, Instant now
) {
    auto code = kit::text_at(item, "MaHoSo");
    const auto* held = w.dossiers.find(code);
    bool exists = held && (held->has_packet || held->portal_origin);
    if (!updating) {
        if (exists) return already(w, code, q, now);
        return {};
    }
    if (!exists) return not_found(w, code);
    int to = whole(kit::text_at(item, "TrangThaiHoSo"));
    bool reason = !kit::text_at(item, "GhiChu").empty();
    if (w.rules().enforce_order && !may_go(held->status(), to, reason, w.rules()))
        return refuse(
            w,
            Say::wrong_order,
            Blank(
                code, "TrangThaiHoSo", std::to_string(held->status()) + " -> " + std::to_string(to)
            ),
            q,
            now
        );
    return {};
}

bool was_stopped(const HeldDossier& held) {
    auto before = std::ranges::find_if(
        held.statuses.rbegin(), held.statuses.rend(), [](int status) { return status != 10; }
    );
    return before != held.statuses.rend() && *before == 8;
}

Reply sync_dossier(World& w, const Inquiry& q, Instant now) {
    auto updating = kit::text_at(q.args, "isUpdating");
    if (updating != "True" && updating != "False")
        return refuse(w, Say::is_updating, Blank(q.dossier, "isUpdating", updating), q, now);
    const auto& rules = w.rules();
    const Json* data = list_of(q, rules.items_max);
    if (!data)
        return refuse(
            w, Say::batch_size, Blank("", "data", std::to_string(rules.items_max)), q, now
        );
    bool update = updating == "True";
    for (const auto& item : data->GetArray()) {
        auto code = kit::text_at(item, "MaHoSo");
        const auto* held = w.dossiers.find(code);
        ItemContext context;
        context.procedure = w.catalogue.find(kit::text_at(item, "MaTTHC"));
        context.known_portal_origin = held && held->portal_origin;
        context.was_in_supplement = held && held->has_packet &&
                                    std::ranges::find(held->statuses, 5) != held->statuses.end();
        context.was_stopped = held && was_stopped(*held);
        if (auto wrong = check_item(item, rules, context)) return refuse(w, *wrong, code, q, now);
        if (auto no = check_state(w, item, update, q, now)) return *no;
    }
    // A reply covers the whole call, so all of it is taken or nothing.
    Reply r = ok(w, Say::dossier_synced, q.dossier);
    r.before = status_text(w.dossiers.find(q.dossier));
    bool first = !update;
    for (const auto& item : data->GetArray()) r.effect = name_of(w.dossiers.put(item, update, now));
    r.after = status_text(w.dossiers.find(q.dossier));
    if (first && w.faults.strikes("already_exists_on_first_send", occasion(q, now))) {
        Reply lost = already(w, q.dossier, q, now);  // as if an earlier reply had been lost
        lost.effect = r.effect;
        lost.after = r.after;
        return lost;
    }
    return r;
}

Reply add_progress(World& w, const Inquiry& q, Instant now) {
    const auto& rules = w.rules();
    const Json* data = list_of(q, rules.lines_max);
    if (!data)
        return refuse(
            w, Say::batch_size, Blank("", "data", std::to_string(rules.lines_max)), q, now
        );
    for (const auto& line : data->GetArray()) {
        auto code = kit::text_at(line, "MaHoSo");
        if (auto wrong = check_line(line, rules)) return refuse(w, *wrong, code, q, now);
        if (!w.dossiers.knows(code)) return not_found(w, code);
    }
    Reply r = ok(w, Say::progress_synced, q.dossier);
    auto lines = [&w, &q] {
        const auto* d = w.dossiers.find(q.dossier);
        return std::to_string(d ? d->progress.size() : 0);
    };
    r.before = lines();
    for (const auto& line : data->GetArray()) {
        auto effect = w.dossiers.add_line(line, now);
        if (r.effect != "duplicate_line") r.effect = name_of(effect);
    }
    r.after = lines();
    return r;
}

Reply sync_status(World& w, const Inquiry& q, Instant now) {
    const Json* data = kit::member(q.args, "data");
    auto code = data ? kit::text_at(*data, "MaHoSo") : std::string();
    if (!data) return refuse(w, Say::required, Blank(code, "data"), q, now);
    if (q.service == "DongBoTrangThaiHoSo" && kit::text_at(q.args, "type") != "2")
        return refuse(w, Say::bad_value, Blank(code, "type", kit::text_at(q.args, "type")), q, now);
    if (auto wrong = check_status(*data, w.rules())) return refuse(w, *wrong, code, q, now);
    if (!w.dossiers.knows(code)) return not_found(w, code);
    Reply r = ok(w, Say::status_synced, code);
    const auto* d = w.dossiers.find(code);
    if (!d->status_messages.empty()) r.before = std::to_string(d->status_messages.back().status);
    r.effect = name_of(w.dossiers.add_status(*data, now));
    r.after = std::to_string(d->status_messages.back().status);
    return r;
}

Reply take_survey(World& w, const Inquiry& q, Instant now) {
    const Json* data = kit::member(q.args, "data");
    if (!data) return refuse(w, Say::required, Blank("", "data"), q, now);
    if (auto wrong = check_survey(*data, w.rules())) return refuse(w, *wrong, "", q, now);
    Reply r = ok(w, Say::survey_synced, Blank());
    r.effect = w.surveys.put(*data);
    return r;
}

Reply take_answer(World& w, const Inquiry& q, Instant now) {
    const Json* data = kit::member(q.args, "data");
    if (data && data->IsArray() && data->Size() == 1) data = &(*data)[0];
    if (!data) return refuse(w, Say::required, Blank("", "data"), q, now);
    if (auto wrong = check_question(*data, w.rules())) return refuse(w, *wrong, "", q, now);
    bool to_portal = q.service == "DongBoKetQuaHoiDapGuiTuDVCQG";
    auto id = kit::text_at(*data, "HOIDAPID");
    if (to_portal && !w.questions.has(id))
        return Reply(
            Verdict::not_found, w.options.refusal_code, "Câu hỏi " + id + " không tồn tại"
        );
    Reply r = ok(w, Say::question_synced, Blank());
    r.effect = w.questions.put(*data, to_portal);
    return r;
}

// ---- reading ----

std::string shown(World& w, const HeldDossier& d, int status) {
    JsonWriter out;
    out.array().object().field("MaHoSo", d.code).field("TrangThaiHoSo", std::to_string(status));
    out.field("NgayTiepNhan", d.field("NgayTiepNhan")).field("NgayHenTra", d.field("NgayHenTra"));
    if (w.options.detail) {
        out.key("DanhSachTienDo").array();
        for (const auto& line : d.progress) {
            out.object();
            for (const auto& [name, value] : line.fields) out.field(name, value);
            out.end_object();
        }
        out.end_array();
    }
    return out.end_object().end_array().take();
}

Reply look_up(World& w, const Inquiry& q, Instant now) {
    auto o = occasion(q, now);
    const auto* d = w.dossiers.find(q.dossier);
    if (w.faults.strikes("lookup_unreadable", o))
        return rows(w, R"("\u0001<kết quả không đọc được>")");
    if (!d) return rows(w, w.faults.strikes("lookup_always_yes", o) ? R"([{"KETQUA":"1"}])" : "[]");
    int status = d->status();
    if (d->statuses.size() > 1) {
        if (const auto* f = w.faults.strikes("stale_status", o)) {
            if (f->param("mode", "shown") == "stored") w.dossiers.roll_back(d->code);
            status = f->param("mode", "shown") == "stored" ? d->status()
                                                           : d->statuses[d->statuses.size() - 2];
        }
    }
    return rows(w, shown(w, *d, status));
}

Reply account(World& w, const Inquiry& q) {
    auto it = w.tech_ids.find(kit::text_at(q.args, "mstorcmnd"));
    if (it == w.tech_ids.end()) return rows(w, "[]");
    return rows(
        w,
        JsonWriter()
            .array()
            .object()
            .field("TECHNICALID", it->second)
            .end_object()
            .end_array()
            .take()
    );
}

Reply fetch_file(World& w, const Inquiry& q, Instant now) {
    auto where = kit::text_at(q.args, "DuongDan");
    auto at = where.rfind("/files/");
    auto it = at == std::string::npos ? w.files.end() : w.files.find(where.substr(at + 7));
    if (it == w.files.end() || it->second.missing)
        return refuse(w, Say::file_missing, Blank("", "", where), q, now);
    ++it->second.fetched;
    Reply r(Verdict::ok, w.options.ok_code, kit::base64(it->second.content));
    r.result.clear();
    r.reading = true;
    return r;
}

using Service = std::function<Reply(World&, const Inquiry&, Instant)>;
const std::map<std::string, Service, std::less<>>& services() {
    static const std::map<std::string, Service, std::less<>> all{
        {"DongBoHoSoMC", sync_dossier},
        {"CapNhatTienDoHoSoMC", add_progress},
        {"DongBoTrangThaiHoSo", sync_status},
        {"DongBoTrangThaiHoSoKM", sync_status},
        {"DongBoDanhGia", take_survey},
        {"DongBoHoiDap", take_answer},
        {"DongBoKetQuaHoiDapGuiTuDVCQG", take_answer},
        {"TraCuuHoSo", look_up},
        {"TraCuuTechID", [](World& w, const Inquiry& q, Instant) { return account(w, q); }},
        {"getfile", fetch_file},
        {"LayDanhSachTTHC",
         [](World& w, const Inquiry&, Instant) { return rows(w, w.catalogue.list()); }},
        {"LayThuTuc",
         [](World& w, const Inquiry& q, Instant) {
             return rows(w, w.catalogue.procedure(kit::text_at(q.args, "maTTHC")));
         }},
        {"LayQDCB",
         [](World& w, const Inquiry& q, Instant) {
             return rows(w, w.catalogue.decision(kit::text_at(q.args, "idQDCB")));
         }},
        {"LayDVC",
         [](World& w, const Inquiry&, Instant) { return rows(w, w.catalogue.services()); }},
        {"LayDanhSachHoiDapGuiTuDVCQG",
         [](World& w, const Inquiry&, Instant) { return rows(w, w.questions.list(true)); }},
        {"LayDanhSachHoiDapBoCoQuan",
         [](World& w, const Inquiry&, Instant) { return rows(w, w.questions.list(false)); }},
        {"LayNoiDungTraLoiTheoCauHoi",
         [](World& w, const Inquiry& q, Instant) {
             return rows(w, w.questions.answer_to(kit::text_at(q.args, "cauhoiid")));
         }},
    };
    return all;
}

}  // namespace

bool is_writing(std::string_view service) {
    return service.starts_with("DongBo") || service.starts_with("CapNhat");
}

Reply serve(World& w, const Inquiry& q, Instant now) {
    if (!q.readable) return refuse(w, Say::body, Blank(), q, now);
    if (q.agency_due || !q.agency.empty())
        if (!belongs_here(q.agency, w.rules()))
            return refuse(w, Say::agency, Blank("", "madonvi", q.agency), q, now);
    if (auto it = services().find(q.service); it != services().end()) return it->second(w, q, now);
    if (auto list = dictionary(q.service)) return rows(w, std::move(*list));
    return refuse(w, Say::service_unknown, Blank("", "service", q.service), q, now);
}

}  // namespace sim::national_portal
