// The look of the pages: one style sheet inside, no script, nothing from elsewhere.
#include "simulators/national_portal/page_parts.hpp"

#include "simulators/national_portal/views.hpp"

#include <map>

namespace sim::national_portal {

std::string_view status_name(int status) {
    static constexpr std::string_view names[] = {
        "?",
        "Mới đăng ký",
        "Được tiếp nhận",
        "Không được tiếp nhận",
        "Đang xử lý",
        "Yêu cầu bổ sung giấy tờ",
        "Yêu cầu thực hiện nghĩa vụ tài chính",
        "Công dân yêu cầu rút hồ sơ",
        "Dừng xử lý",
        "Đã xử lý xong",
        "Đã trả kết quả"};
    return names[status >= 1 && status <= 10 ? status : 0];
}

}  // namespace sim::national_portal

namespace sim::national_portal::parts {
namespace {

constexpr std::string_view style = R"css(
:root{--ink:#1d2433;--soft:#5b6579;--line:#dfe4ee;--paper:#fff;--back:#f3f5fa;--main:#8f1d1d;--sim:#e08a00}
*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--ink);background:var(--back);border:6px solid var(--sim);min-height:100vh}
.sim{background:var(--sim);color:#fff;font-weight:700;letter-spacing:.08em;text-align:center;padding:.15rem .5rem .4rem}
.sim small{font-weight:400;letter-spacing:0}
header{background:var(--main);color:#fff;padding:.8rem 1rem;display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;align-items:baseline}
header b{font-size:1.15rem}
header a{color:#fff;text-decoration:none;padding:.1rem .2rem;border-bottom:2px solid transparent}
header a.here,header a:hover{border-color:#fff}
main{max-width:1180px;margin:0 auto;padding:1rem}
h1{font-size:1.3rem;margin:.4rem 0 .8rem;overflow-wrap:anywhere}
h2{font-size:1.02rem;margin:0 0 .6rem}
section{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:.9rem 1rem;margin:0 0 1rem}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(128px,1fr));gap:.6rem;margin-bottom:1rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:.5rem .8rem}
.card b{display:block;font-size:1.4rem;font-variant-numeric:tabular-nums}
.card span{color:var(--soft);font-size:.85rem}
.card.bad b{color:#b3261e}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:0 0 .8rem}
input,select,button{font:inherit;padding:.35rem .6rem;border:1px solid var(--line);border-radius:6px;background:#fff;color:inherit;max-width:100%}
input[type=search]{flex:1 1 220px}
button{background:var(--main);color:#fff;border-color:var(--main);cursor:pointer}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.93rem}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600;white-space:nowrap}
td.n{text-align:right;font-variant-numeric:tabular-nums}
a{color:#1b4f9c}
code{font:.88em/1.4 ui-monospace,Consolas,"DejaVu Sans Mono",monospace;color:var(--soft)}
.badge{display:inline-block;border-radius:999px;padding:.05rem .6rem;font-size:.85rem;background:#e7ebf3;white-space:nowrap}
.s2,.s4{background:#dbe9ff;color:#123f86}.s5,.s6{background:#fff0cf;color:#7a4d00}.s9,.s10{background:#d8f3df;color:#14582a}.s3,.s7,.s8{background:#fbdcd9;color:#861a13}
.warn{color:#b3261e;font-weight:600}
dl{display:grid;grid-template-columns:minmax(150px,260px) 1fr;gap:.3rem 1rem;margin:0}
dt{color:var(--soft)}dt code{display:block}
dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
ol.line{list-style:none;margin:0;padding:0 0 0 .4rem;border-left:3px solid var(--line)}
ol.line li{position:relative;padding:.1rem 0 .6rem 1rem}
ol.line li:before{content:"";position:absolute;left:-.78rem;top:.55rem;width:.7rem;height:.7rem;border-radius:50%;background:var(--main)}
ol.line time{color:var(--soft);font-size:.88rem;margin-left:.4rem}
details{border-top:1px solid var(--line);padding:.4rem 0}
summary{cursor:pointer}
td details{border:0;padding:0}td pre{max-width:60ch;white-space:pre-wrap;overflow-wrap:anywhere}td a,td time,td code{white-space:nowrap}section>p:first-child{margin-top:0}
pre{overflow-x:auto;background:#f6f8fc;border:1px solid var(--line);border-radius:6px;padding:.7rem;font-size:.85rem}
.soft{color:var(--soft)}
@media(max-width:640px){main{padding:.6rem}dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
)css";

std::string link(std::string_view to, std::string_view text, std::string_view at) {
    return "<a href=\"" + std::string(to) + "\"" + (to == at ? " class=\"here\"" : "") + ">" +
           std::string(text) + "</a>";
}

}  // namespace

std::string escaped(std::string_view text) {
    return kit::html_escape(kit::is_utf8(text) ? std::string(text) : kit::hex(text));
}

std::string framed(std::string_view title, std::string_view at, const std::string& inside) {
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>" +
        escaped(title) + " – Cổng DVCQG mô phỏng</title><style>";
    out += style;
    out +=
        "</style></head><body><div class=\"sim\">MÔ PHỎNG <small>– dữ liệu không có thật, không "
        "phải Cổng Dịch vụ công quốc gia</small></div>"
        "<header><b>Cổng Dịch vụ công quốc gia</b>";
    out += link("/", "Hồ sơ", at) + link("/journal", "Nhật ký", at);
    return out + "</header><main>" + inside + "</main></body></html>\n";
}

std::string badge(int status) {
    if (status == 0) return "<span class=\"badge\">chưa có</span>";
    return "<span class=\"badge s" + std::to_string(status) + "\">" + std::to_string(status) +
           " · " + std::string(status_name(status)) + "</span>";
}

std::string table(
    std::initializer_list<const char*> heads,
    const std::vector<std::vector<std::string>>& rows,
    const char* empty
) {
    if (rows.empty()) return std::string("<p class=\"soft\">") + empty + "</p>";
    std::string out = "<div class=\"scroll\"><table><thead><tr>";
    for (const char* head : heads) out += std::string("<th scope=\"col\">") + head + "</th>";
    out += "</tr></thead><tbody>";
    for (const auto& row : rows) {
        out += "<tr>";
        for (const auto& cell : row) out += "<td>" + cell + "</td>";
        out += "</tr>";
    }
    return out + "</tbody></table></div>";
}

std::string section(std::string_view title, const std::string& inside) {
    return "<section><h2>" + std::string(title) + "</h2>" + inside + "</section>";
}

std::string date_shown(const std::string& value) {
    auto t = kit::from_compact_time(value);
    return t ? kit::readable_time(*t) : value;
}

std::string moment(core::Instant t) {
    return "<time>" + kit::readable_time(t) + "</time>";
}

std::string_view label(std::string_view name) {
    static const std::map<std::string_view, std::string_view> labels{
        {"MaHoSo", "Mã hồ sơ"},
        {"MaTTHC", "Mã thủ tục"},
        {"TenTTHC", "Tên thủ tục"},
        {"MaLinhVuc", "Mã lĩnh vực"},
        {"TenLinhVuc", "Lĩnh vực"},
        {"KenhThucHien", "Kênh thực hiện"},
        {"SoBienNhan", "Số biên nhận"},
        {"SoGiayToChuHoSo", "Số giấy tờ chủ hồ sơ"},
        {"ChuHoSo", "Chủ hồ sơ"},
        {"LoaiDoiTuong", "Loại đối tượng"},
        {"MaDoiTuong", "Mã đối tượng (TechID)"},
        {"ThongTinKhac", "Thông tin khác"},
        {"Email", "Thư điện tử"},
        {"Fax", "Số fax"},
        {"SoDienThoai", "Số điện thoại"},
        {"TrichYeuHoSo", "Trích yếu"},
        {"NgayNopHoSo", "Ngày nộp"},
        {"NgayTiepNhan", "Ngày tiếp nhận"},
        {"NgayHenTra", "Ngày hẹn trả"},
        {"TrangThaiHoSo", "Trạng thái"},
        {"NgayTra", "Ngày trả"},
        {"ThongTinTra", "Thông tin trả"},
        {"HinhThuc", "Hình thức trả"},
        {"NgayKetThucXuLy", "Ngày kết thúc xử lý"},
        {"NgayTuChoi", "Ngày từ chối"},
        {"DonViXuLy", "Đơn vị xử lý"},
        {"GhiChu", "Ghi chú"},
        {"NoiNopHoSo", "Nơi nộp"},
        {"HoSoCoThanhPhanSoHoa", "Có thành phần số hóa"},
        {"TaiKhoanDuocXacThucVoiVNeID", "Xác thực VNeID"},
        {"DuocThanhToanTrucTuyen", "Thanh toán trực tuyến"}};
    auto it = labels.find(name);
    return it == labels.end() ? name : it->second;
}

}  // namespace sim::national_portal::parts
