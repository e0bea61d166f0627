// The receipt C1-10/NS as a small PDF, one page for each nature (phí, lệ phí), and the address it
// is read at.
#include "simulators/kit/admin.hpp"
#include "simulators/national_platform/views.hpp"
#include "simulators/payments/plain.hpp"

namespace sim::national_platform {
namespace {

using payments::plain;

/// Text of a PDF string.
std::string literal(const std::string& text) {
    std::string out = "(";
    for (char c : plain(text)) {
        if (c == '(' || c == ')' || c == '\\') out += '\\';
        out += c;
    }
    return out + ")";
}

std::string content(const std::vector<std::string>& lines) {
    std::string out = "BT /F1 11 Tf 56 780 Td 16 TL\n";
    for (const auto& line : lines) out += literal(line) + " Tj T*\n";
    return out + "ET\n";
}

std::vector<std::string> lines_of(const Payment& p, const std::string& kind) {
    auto field = [&p](const char* name) {
        auto it = p.receipt.find(name);
        return it == p.receipt.end() ? std::string() : it->second;
    };
    const auto& t = p.transactions.front();
    std::vector<std::string> out{
        "MO PHONG - KHONG CO GIA TRI THANH TOAN",
        "Mau so C1-10/NS (mau 03c)",
        std::string("BIEN LAI THU ") + (kind == "1" ? "PHI" : "LE PHI"),
        "",
        "So giao dich: " + t.number,
        "Ma tham chieu: " + p.reference,
        "Ma ho so: " + p.dossier,
        "Don vi thu: " + field("MaDonVi") + " " + field("TenDonVi"),
        "Nguoi nop: " + field("HoTenNguoiNop"),
        "Thu tuc: " + field("MaTTHC") + " " + field("TenTTHC"),
        "Thoi gian: " + kit::readable_time(t.at),
        ""};
    std::int64_t sum = 0;
    for (const auto& fee : p.fees) {
        if (fee.kind != kind) continue;
        out.push_back(fee.code + "  " + fee.name + ": " + std::to_string(fee.amount) + " VND");
        sum += fee.amount;
    }
    out.push_back("Tong cong: " + std::to_string(sum) + " VND");
    return out;
}

struct Pdf {
    std::string bytes = "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n";
    std::vector<std::size_t> offsets;
    void object(const std::string& inside) {
        offsets.push_back(bytes.size());
        bytes += std::to_string(offsets.size()) + " 0 obj\n" + inside + "\nendobj\n";
    }
    std::string finished() {
        auto at = bytes.size();
        auto count = std::to_string(offsets.size() + 1);
        bytes += "xref\n0 " + count + "\n0000000000 65535 f \n";
        for (auto offset : offsets) {
            auto digits = std::to_string(offset);
            bytes += std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
        }
        return bytes + "trailer\n<< /Size " + count + " /Root 1 0 R >>\nstartxref\n" +
               std::to_string(at) + "\n%%EOF\n";
    }
};

}  // namespace

std::string bill_pdf(const World&, const Payment& p) {
    std::vector<std::string> kinds;
    for (const char* kind : {"1", "2"})
        for (const auto& fee : p.fees)
            if (fee.kind == kind && (kinds.empty() || kinds.back() != kind))
                kinds.emplace_back(kind);
    std::string children;
    for (std::size_t i = 0; i < kinds.size(); ++i) children += std::to_string(4 + 2 * i) + " 0 R ";
    Pdf pdf;
    pdf.object("<< /Type /Catalog /Pages 2 0 R >>");
    pdf.object(
        "<< /Type /Pages /Kids [ " + children + "] /Count " + std::to_string(kinds.size()) + " >>"
    );
    pdf.object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        pdf.object(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R "
            ">> >> /Contents " +
            std::to_string(5 + 2 * i) + " 0 R >>"
        );
        auto text = content(lines_of(p, kinds[i]));
        pdf.object(
            "<< /Length " + std::to_string(text.size()) + " >>\nstream\n" + text + "endstream"
        );
    }
    return pdf.finished();
}

kit::Answer view_bill(World& w, const kit::Call& call, core::Instant now) {
    auto it = w.by_bill.find(call.parameter("token"));
    auto* p = it == w.by_bill.end() ? nullptr : w.find(it->second);
    auto o = w.occasion("viewbill", p ? p->reference : "", now);
    if (p == nullptr || w.faults.strikes("bill_dead", o))
        return kit::text_answer(404, "Not Found\n");
    ++p->bill_reads;
    if (w.faults.strikes("bill_html", o))
        return kit::html_answer(200, "<html><body>Phiên làm việc đã hết hạn</body></html>");
    kit::Answer a;
    a.headers.emplace_back("Content-Type", "application/pdf");
    a.headers.emplace_back(
        "Content-Disposition", "inline; filename=\"bien-lai-" + p->reference + ".pdf\""
    );
    a.body = bill_pdf(w, *p);
    if (w.faults.strikes("bill_truncated", o)) a.body.resize(a.body.size() / 2);
    return a;
}

}  // namespace sim::national_platform
