// The options of [trust]: whose signatures on results are believed, and what becomes of the others.
#include "gateway/app/options.hpp"

namespace gw::app {

std::vector<OptionRow> trust_options() {
    using enum OptionType;
    return {
        {"trust.folder",
         text,
         "trust",
         false,
         "folder with manifest.toml, the certificates it names and *.crl; none = nobody is trusted",
         "Thư mục chứng thư gốc tin cậy để kiểm tra chữ ký số"},
        {"trust.reload",
         duration,
         "5min",
         false,
         "how often the folder is read again",
         "Chu kỳ đọc lại thư mục tin cậy",
         true,
         {1'000}},
        {"trust.send_indeterminate",
         text,
         "hold",
         false,
         "results whose signature is in doubt: \"hold\" them for an officer, or \"send\" them",
         "Kết quả chưa xác minh được chữ ký: giữ lại hay vẫn gửi",
         true,
         {0, 0, "hold,send"}},
        {"trust.hold",
         duration,
         "24h",
         false,
         "how long such a result is held before the one-stop is asked",
         "Thời gian giữ trước khi hỏi đơn vị"},
        {"trust.recheck",
         duration,
         "15min",
         false,
         "how often held results are looked at again",
         "Chu kỳ kiểm tra lại kết quả đang giữ",
         true,
         {1'000}},
    };
}

}  // namespace gw::app
