//! Hosts of public registries and of their well-known mirrors. The operator of one sees which packages are asked about.

/// A host, and all hosts below it.
const HOSTS: [&str; 28] = [
    "pypi.org",
    "python.org",
    "pythonhosted.org",
    "npmjs.org",
    "npmjs.com",
    "yarnpkg.com",
    "jsr.io",
    "npmmirror.com",
    "taobao.org",
    "cnpmjs.org",
    "aliyun.com",
    "tuna.tsinghua.edu.cn",
    "ustc.edu.cn",
    "sjtu.edu.cn",
    "nju.edu.cn",
    "bfsu.edu.cn",
    "hust.edu.cn",
    "cloud.tencent.com",
    "huaweicloud.com",
    "douban.com",
    "doubanio.com",
    "163.com",
    "baidu.com",
    "pytorch.org",
    "nvidia.com",
    "anaconda.org",
    "jsdelivr.net",
    "unpkg.com",
];

/// Whether a host belongs to a public registry or a known mirror of one.
#[must_use]
pub fn is_public_host(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    HOSTS.iter().any(|known| {
        host.strip_suffix(known)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::is_public_host;

    #[test]
    fn hosts_below_a_public_one_are_public() {
        for host in [
            "pypi.org",
            "PyPI.org.",
            "test.pypi.org",
            "registry.npmjs.org",
            "mirrors.aliyun.com",
        ] {
            assert!(is_public_host(host), "{host}");
        }
        for host in [
            "pypi.org.acme.example",
            "mypypi.org",
            "npm.pkg.github.com",
            "127.0.0.1",
            "",
        ] {
            assert!(!is_public_host(host), "{host}");
        }
    }
}
