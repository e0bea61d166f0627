// Options of the portal's connector, from configured values.
#include "connectors/national_portal/options.hpp"

namespace gw::national_portal {
namespace {

void read_transport(Options& o, const connector_kit::OptionReader& r) {
    o.transport = r.text("transport") == "lgsp" ? Transport::bus : Transport::adapter;
    o.envelope = connector_kit::envelope_from_word(r.text("envelope")).value();
    o.url = r.text("url");
    o.auth_endpoint = r.text("auth_endpoint");
    o.integration_endpoint = r.text("integration_endpoint");
    o.share_endpoint = r.text("share_endpoint");
    o.dstcode = r.text("dstcode");
    o.dstcode_header = r.flag("dstcode_header");
    o.provider_url = r.text("provider_url");
    o.xroad_client = r.text("xroad_client");
    o.username = r.text("username");
    o.password = r.text("password");
    o.token_endpoint = r.text("token_endpoint");
    o.token_style = r.text("token_style");
    o.client_id = r.text("client_id");
    o.client_secret = r.text("client_secret");
    o.access_key = r.text("access_key");
    o.secret_key = r.text("secret_key");
    o.app_name = r.text("app_name");
    o.partner_code = r.text("partner_code");
    o.partner_code_cus = r.text("partner_code_cus");
    o.bus_prefix = r.text("bus_prefix");
    o.create_path = r.text("create_path");
    o.update_path = r.text("update_path");
    o.progress_path = r.text("progress_path");
    o.status_path = r.text("status_path");
}

}  // namespace

Options read_options(const connector_kit::OptionValues& values, std::string_view partner) {
    const connector_kit::OptionReader r(option_rows(), values);
    Options o;
    o.partner = partner;
    read_transport(o, r);
    o.profile = r.text("profile");
    o.madonvi = r.text("madonvi");
    o.tendonvi = r.text("tendonvi");
    o.province_roots = r.list("province_roots");
    o.agency = r.text("agency");
    if (o.agency.empty() && !o.province_roots.empty()) o.agency = o.province_roots.front();
    o.files_base_url = r.text("files_base_url");
    o.files_secret = r.text("files_secret");
    o.session_ttl = r.duration("session_ttl");
    o.login_pause = r.duration("login_pause");
    o.unreadable_max = static_cast<int>(r.number("unreadable_max"));
    o.lines_max = static_cast<int>(r.number("lines_max"));
    o.lookup_rate = static_cast<int>(r.number("lookup_rate"));
    o.catalogue_rate = static_cast<int>(r.number("catalogue_rate"));
    o.lookup_control = r.flag("lookup_control");
    o.recon_window_days = static_cast<int>(r.number("recon_window_days"));
    o.call_bytes_max = r.size("call_bytes_max");
    o.inbound_bytes_max = r.size("inbound_bytes_max");
    o.online_payment_unpaid_code = r.text("online_payment_unpaid_code");
    o.catalogue = r.text("catalogue");
    o.omit_empty = r.flag("omit_empty");
    o.dialect = r.text("reply_dialect") == "newer" ? Dialect::newer : Dialect::older;
    o.security_key = r.text("security_key");
    o.hmac_secret = r.text("hmac_secret");
    o.allowed_networks = r.list("allowed_networks");
    o.inbound_services = r.list("inbound_services");
    return o;
}

}  // namespace gw::national_portal
