// Fetches day files and looks at the reports of their days.
#include "connectors/kit/day_folder.hpp"

#include "gateway/formats/stored.hpp"

namespace gw::connector_kit {

namespace {

constexpr int seq_max = 9;
constexpr std::size_t file_max = 64 << 20;

void replace(std::string& text, std::string_view what, const std::string& by) {
    if (const auto at = text.find(what); at != text.npos) text.replace(at, what.size(), by);
}

ports::asio::awaitable<ports::HttpResult> get(
    const Parts& parts, std::string url, core::Duration connect_max
) {
    ports::HttpRequest request;
    request.url = std::move(url);
    request.connect_max = connect_max;
    request.answer_bytes_max = file_max;
    auto result = co_await parts.http->send(std::move(request));
    co_return result;
}

}  // namespace

std::string day_file_address(std::string_view url, core::Day day, int seq) {
    std::string out(url);
    replace(out, "{date}", core::to_compact(core::at_local(day)).substr(0, 8));
    replace(out, "{seq}", std::to_string(seq));
    replace(out, "{seq2}", (seq < 10 ? "0" : "") + std::to_string(seq));
    return out;
}

ports::asio::awaitable<FetchedFile> newest_file(
    const Parts& parts, std::string url, core::Day day, core::Duration connect_max, int after
) {
    FetchedFile found;
    for (int seq = after + 1; seq <= seq_max; ++seq) {
        const std::string address = day_file_address(url, day, seq);
        auto file = co_await get(parts, address, connect_max);
        // Only "there is none" ends the list: the file of an earlier number would close the day.
        if (file.ok && file.response.status >= 400 && file.response.status < 500) break;
        if (!file.ok || file.response.status != 200) co_return FetchedFile();
        auto digest = co_await get(parts, address + ".sha256", connect_max);
        found.name = address.substr(address.rfind('/') + 1);
        found.bytes = std::move(file.response.body);
        found.digest.clear();
        if (digest.ok && digest.response.status == 200)
            found.digest = std::move(digest.response.body);
    }
    co_return found;
}

int number_of(std::string_view url, core::Day day, std::string_view name) {
    for (int seq = 1; seq <= seq_max && !name.empty(); ++seq)
        if (day_file_address(url, day, seq).ends_with("/" + std::string(name))) return seq;
    return 0;
}

ports::Async<std::string> closed_with(
    const Parts& parts, std::string agency, std::string provider, core::Day day
) {
    const std::string id = provider + ":" + core::to_iso_day(day);
    auto report = co_await parts.store->object("reconciliation", std::move(agency), id);
    if (!report) co_return report.error();
    if (!*report || !(*report)->state.starts_with("closed")) co_return std::string();
    const auto body = formats::read_stored((*report)->body);
    co_return body ? body->text_of("file") : std::string();
}

ports::Async<bool> day_is_done(
    const Parts& parts, std::string agency, std::string provider, core::Day day, std::string file
) {
    const std::string id = provider + ":" + core::to_iso_day(day);
    auto report = co_await parts.store->object("reconciliation", std::move(agency), id);
    if (!report) co_return report.error();
    if (!*report) co_return false;
    const auto body = formats::read_stored((*report)->body);
    const bool same = !file.empty() && body && body->text_of("file") == file;
    const std::string& state = (*report)->state;
    co_return state.starts_with("closed") || (same && state == "matched");
}

}  // namespace gw::connector_kit
