// The SMS operator: queued is all it ever says, and a refusal comes as a text.
#include "simulators/kit/admin.hpp"
#include "simulators/phone/soap.hpp"
#include "simulators/phone/world.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sim::phone {
namespace {

constexpr std::array<const char*, 10> elements{
    "User",
    "Password",
    "CPCode",
    "RequestID",
    "UserID",
    "ReceiverID",
    "ServiceID",
    "CommandCode",
    "Content",
    "ContentType"};

kit::Answer xml(int status, std::string body) {
    kit::Answer a;
    a.status = status;
    a.headers.emplace_back("Content-Type", "text/xml; charset=utf-8");
    a.body = std::move(body);
    return a;
}

kit::Answer said(const char* operation, const char* result, const std::string& message) {
    return xml(200, soap_answer(operation, {{"result", result}, {"message", message}}));
}

std::string out_of_order(const SoapCall& call) {
    for (std::size_t i = 0; i < elements.size(); ++i) {
        auto found = i < call.parts.size() ? call.parts[i].first : std::string("end of wsCpMt");
        if (found != elements[i])
            return "unexpected element " + found + ", expected " + elements[i];
    }
    return call.parts.size() > elements.size()
               ? "unexpected element " + call.parts[elements.size()].first
               : std::string();
}

/// Text against a registered template; {…} stands for anything.
bool fits(std::string_view form, std::string_view text) {
    auto open = form.find('{');
    if (open == std::string_view::npos) return form == text;
    auto close = form.find('}', open);
    if (close == std::string_view::npos || !text.starts_with(form.substr(0, open))) return false;
    auto rest = form.substr(close + 1);
    for (auto at = open; at <= text.size(); ++at)
        if (fits(rest, text.substr(at))) return true;
    return false;
}

bool plain_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// UTF-16 units of a text: what UCS-2 counts.
std::size_t units(std::string_view text) {
    std::size_t n = 0;
    for (char c : text) {
        auto b = static_cast<unsigned char>(c);
        n += (b & 0xc0) != 0x80 ? (b >= 0xf0 ? 2 : 1) : 0;
    }
    return n;
}

std::size_t parts_of(std::string_view text, bool accented) {
    std::size_t one = accented ? 70 : 160, of_many = accented ? 67 : 153;
    auto length = units(text);
    return length <= one ? 1 : (length + of_many - 1) / of_many;
}

bool too_fast(World& w, const kit::Occasion& o) {
    const auto* f = w.sms.strikes("rate_limit", o);
    if (!f) return false;
    while (!w.recent_sms.empty() && w.recent_sms.front() + core::Duration(1'000) <= o.now)
        w.recent_sms.pop_front();
    w.recent_sms.push_back(o.now);
    return static_cast<std::int64_t>(w.recent_sms.size()) > f->number("per_second", 10);
}

/// What the operator says instead of looking at all; "" = it looks.
std::string told_to_refuse(World& w, const kit::Occasion& o) {
    static const std::pair<const char*, const char*> refusals[] = {
        {"fail", "Loi he thong, khong gui duoc tin"},
        {"account", "Sai tai khoan hoac mat khau"},
        {"template_mismatch", "Noi dung khong khop template"},
        {"no_balance", "Not enough balance"},
        {"blacklist", "Thue bao nam trong blacklist"}};
    for (const auto& [name, text] : refusals)
        if (const auto* f = w.sms.strikes(name, o)) return f->param("text", text);
    return too_fast(w, o) ? "Vuot qua gioi han toc do, thu lai sau" : "";
}

std::string wrong_account(const World& w, const SoapCall& call) {
    bool good = kit::same_secret(call.part("User"), w.options.user) &&
                kit::same_secret(call.part("Password"), w.options.password);
    if (!good) return "Sai tai khoan hoac mat khau";
    return call.part("CPCode") == w.options.cpcode ? "" : "CPCode khong hop le";
}

/// "" = may go; else why not, in the order in which the operator looks.
std::string refusal(World& w, const SoapCall& call, Phone& phone) {
    const auto& o = w.options;
    auto content = call.part("Content"), kind = call.part("ContentType");
    if (auto wrong = wrong_account(w, call); !wrong.empty()) return wrong;
    if (!o.brands.contains(call.part("ServiceID"))) return "Brandname chua duoc dang ky";
    if (call.part("CommandCode") != "bulksms") return "CommandCode khong hop le";
    if (call.part("RequestID").empty()) return "RequestID khong hop le";
    bool formed = phone_well_formed(phone.number) && call.part("UserID") == phone.number;
    if (w.sms.setting("strict_phone", o.strict_phone) && !formed)
        return "So dien thoai khong hop le";
    if (!phone.exists) return "So thue bao khong ton tai";
    if (kind != "0" && kind != "F" && kind != "1") return "ContentType khong hop le";
    if (content.empty()) return "Noi dung trong";
    if (w.sms.setting("strict_encoding", o.strict_encoding) && kind != "1" && !plain_ascii(content))
        return "Noi dung co dau khong dung ContentType";
    if (parts_of(content, kind == "1") > o.parts_max) return "Noi dung qua dai";
    if (phone.refuses_sms) return "Thue bao tu choi nhan tin (blacklist)";
    bool known =
        o.sms_templates.empty() ||
        std::ranges::any_of(o.sms_templates, [&](const auto& form) { return fits(form, content); });
    return known ? "" : "Noi dung khong khop template";
}

kit::Answer send(World& w, const SoapCall& call, const kit::Occasion& o, Trace& trace) {
    if (w.sms.setting("enforce_order", w.options.enforce_order))
        if (auto wrong = out_of_order(call); !wrong.empty()) return xml(500, soap_fault(wrong));
    auto refused = [&](const std::string& why) {
        trace.effect = "refused";
        return said("wsCpMt", "0", why);
    };
    if (auto why = told_to_refuse(w, o); !why.empty()) return refused(why);
    auto& phone = w.phone(trace.phone);
    if (auto why = refusal(w, call, phone); !why.empty()) return refused(why);
    Message m;
    m.text = call.part("Content");
    m.accented = call.part("ContentType") == "1";
    m.sender = call.part("ServiceID");
    m.parts = parts_of(m.text, m.accented);
    const auto* falling = w.sms.strikes("balance_falling", o);
    auto cost = w.options.sms_price * static_cast<std::int64_t>(m.parts) *
                (falling ? falling->number("times", 100) : 1);
    if (w.balance < cost) return refused("Not enough balance");
    w.balance -= cost;
    // A phone that cannot show accents shows question marks where nobody minded the encoding.
    if (!m.accented)
        for (auto& c : m.text)
            if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    bool lost = w.sms.strikes("queued_only", o) != nullptr;
    const auto& held = w.accept(std::move(m), trace.phone, lost, o.now);
    trace.effect = lost ? "queued_and_lost" : held.same_before > 0 ? "same_text_again" : "queued";
    trace.after = "message " + std::to_string(held.id);
    return said("wsCpMt", "1", "Insert MT_QUEUE: OK");
}

kit::Answer balance_of(World& w, const SoapCall& call, const kit::Occasion& o) {
    auto wrong = wrong_account(w, call);
    if (!wrong.empty()) return said("checkBalance", "0", wrong);
    auto shown = w.sms.strikes("no_balance", o) ? std::int64_t(0) : w.balance;
    return xml(
        200,
        soap_answer(
            "checkBalance", {{"result", "1"}, {"message", "OK"}, {"balance", std::to_string(shown)}}
        )
    );
}

}  // namespace

kit::Answer sms_service(World& w, const kit::Call& call, core::Instant now, Trace& trace) {
    trace.service = "wsCpMt";
    if (call.method == "GET") {
        trace.service = "wsdl";
        return xml(200, sms_wsdl());
    }
    auto type = call.header("Content-Type");
    if (!type.empty() && type.find("xml") == std::string_view::npos)
        return kit::text_answer(415, "Unsupported Media Type\n");
    auto soap = read_soap(call.body);
    if (!soap.fault.empty()) return xml(500, soap_fault(soap.fault));
    trace.service = soap.operation;
    trace.phone = soap.part("ReceiverID");
    ++w.calls[soap.operation];
    auto o = w.occasion(soap.operation, trace.phone, soap.part("ServiceID"), now);
    auto lie = w.sms_transport.instead(o);
    kit::Answer a;
    if (const auto* f = lie ? nullptr : w.sms.strikes("soap_fault", o))
        return xml(500, soap_fault(f->param("text", "Client received SOAP Fault from server")));
    if (const auto* f = lie ? nullptr : w.sms.strikes("soap_fault_text", o))
        return kit::text_answer(200, f->param("text", "Client received SOAP Fault from server"));
    if (!lie || lie->processed)
        a = soap.operation == "wsCpMt" ? send(w, soap, o, trace) : balance_of(w, soap, o);
    if (lie) a = lie->answer;
    auto struck = lie ? lie->fault : w.sms_transport.about(o, a);
    trace.fault = struck;
    return a;
}

}  // namespace sim::phone
