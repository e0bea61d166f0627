// The expected holdings of the portal, written from its field tables.
#include "simulators/onestop/promise.hpp"

#include <algorithm>

namespace sim::onestop {
namespace {
void now_at(Promise& promise, int status) {
    if (promise.statuses.empty() || promise.statuses.back() != status)
        promise.statuses.push_back(status);
    promise.fields["TrangThaiHoSo"] = std::to_string(status);
}
void rule_line(Promise& promise, core::Instant at, int status) {
    Line line;
    line.at = core::to_compact(at);
    line.status = status;
    line.by_rule = true;
    promise.lines.push_back(std::move(line));
}
}  // namespace

int status_code(const std::string& word) {
    static const char* words[] = {
        "registered",
        "received",
        "refused",
        "processing",
        "supplement_wanted",
        "financial_obligation",
        "withdrawn",
        "stopped",
        "finished",
        "returned"};
    for (int i = 0; i < 10; ++i)
        if (word == words[i]) return i + 1;
    return 0;
}

void promise_created(const Life& life, Promise& promise) {
    auto& f = promise.fields;
    f["MaHoSo"] = life.code;
    f["MaTTHC"] = life.procedure;
    f["KenhThucHien"] = life.channel == "counter" ? "1" : life.channel == "online" ? "2" : "3";
    f["ChuHoSo"] = life.owner.name;
    const bool enterprise = !life.owner.tax_code.empty();
    f["SoGiayToChuHoSo"] = enterprise ? life.owner.tax_code : life.owner.citizen_number;
    f["LoaiDoiTuong"] = enterprise ? "2" : "1";
    f["TrichYeuHoSo"] = life.summary;
    f["NgayNopHoSo"] = core::to_compact(life.submitted_at);
    f["HinhThuc"] = life.delivery == "post" ? "1" : "0";
    f["NoiNopHoSo"] = life.from_portal ? "1" : "2";
    f["TaiKhoanDuocXacThucVoiVNeID"] = life.from_portal ? "1" : "0";
    f["DuocThanhToanTrucTuyen"] = life.fees.empty() ? "0" : "3";
    const bool digitised =
        !life.from_portal &&
        std::any_of(life.papers.begin(), life.papers.end(), [](const PaperFile& p) {
            return p.digitised;
        });
    f["HoSoCoThanhPhanSoHoa"] = digitised ? "1" : "0";
    promise.fees = static_cast<int>(life.fees.size());
    if (life.first_status == "registered") return;  // the portal hears of it with its first step
    f["NgayTiepNhan"] = core::to_compact(life.received_at);
    f["NgayHenTra"] = core::to_compact(life.due_at);
    if (life.from_portal) promise.statuses.push_back(1);  // the portal itself began it
    now_at(promise, 2);
    rule_line(promise, life.received_at, 2);
}

void promise_progress(
    Promise& promise,
    core::Instant at,
    const std::string& officer,
    const std::string& text,
    const std::string& status
) {
    const int code = status_code(status);
    if (code == 3) promise.fields["NgayTuChoi"] = core::to_compact(at);
    if (code == 9) promise.fields["NgayKetThucXuLy"] = core::to_compact(at);
    if (code == 10) promise.fields["NgayTra"] = core::to_compact(at);
    now_at(promise, code);
    promise.lines.push_back({core::to_compact(at), officer, text, code, false});
}

void promise_supplement_requested(Promise& promise, core::Instant at) {
    ++promise.supplements;
    now_at(promise, 5);
    rule_line(promise, at, 5);
}

void promise_supplement_received(Promise& promise, core::Instant at, const std::string& resume) {
    ++promise.supplements_received;
    promise.fields["HoSoCoThanhPhanSoHoa"] = "1";
    now_at(promise, status_code(resume));
    rule_line(promise, at, status_code(resume));
}

void promise_withdrawn(Promise& promise, core::Instant at) {
    now_at(promise, 7);
    rule_line(promise, at, 7);
}

}  // namespace sim::onestop
