import type { StageDefaults } from './stage-defaults.js'

/** What a freshly installed NethServer 7 has, with every feature package. */
export const nethserver7: StageDefaults = {
  databases: {
    accounts: String.raw`
postmaster@=pseudonym|Access|public|Account|root|Description|RFC-mandatory postmaster alias
`,
    configuration: String.raw`
DomainName=newserver.test
MinUid=5000
OrganizationContact=configuration|City|Hometown|Company|Example Org|CountryCode||Department|Main|PhoneNumber|575-1685|State||Street|123 Main Street
SystemName=ns
TimeZone=UTC
chronyd=service|NTPServer|pool.ntp.org|UDPPort|123|access|green|status|enabled
clamd@rspamd=service|status|enabled
cups=service|TCPPort|631|UDPPort|631|access|green|status|enabled
dns=configuration|NameServers|8.8.4.4,8.8.8.8
dnsmasq=service|CacheSize|4000|DomainRedirection||TCPPort|53|UDPPorts|53,67,69|access|green|dhcp-boot||except-interface|virbr0|status|enabled|tftp-status|enabled
dovecot=service|AdminIsMaster|disabled|DeletedToTrash|disabled|FtsLuceneStatus|enabled|ImapMaxLineLenght|2048|ImapStatus|enabled|KrbKeytabPath|/var/lib/dovecot/krb5.keytab|KrbPrimaryList|smtp,imap,pop|KrbStatus|enabled|LmtpInetListenerStatus|disabled|LogActions|enabled|MaxProcesses|400|MaxUserConnectionsPerIp|12|PopStatus|enabled|QuotaDefaultSize|20|QuotaStatus|disabled|RestrictedAccessGroup||SharedMailboxesStatus|enabled|SharedSeen|enabled|SpamFolder|Junk|SpamRetentionTime|15d|TCPPorts|110,143,4190,993,995|TlsSecurity|required|VszLimit||access|green,red|status|enabled
ejabberd=service|LdapTlsPortOverride||ModHttpUploadQuotaMaxDay|30|ModHttpUploadQuotaStatus|enabled|ModHttpUploadStatus|disabled|ModMamPurgeDBInterval|30|ModMamPurgeDBStatus|disabled|ModMamStatus|disabled|S2S|disabled|ShaperFast|1000000|ShaperNormal|500000|TCPPorts|5222,5223,5269,5280,5443|WebAdmin|disabled|access|green,red|status|enabled
firewall=configuration
fstab=configuration
httpd=service|HomePage||SSLCipherSuite|HIGH:MEDIUM:!aNULL:!MD5:!SEED:!IDEA|TCPPorts|80,443|XForwarded|disabled|access|green,red|status|enabled
hylafax=configuration|AreaNumber||ClientShowReceived|disabled|CountryCode|39|DateFormat|DMY|Debug|disabled|DispatchFileType|pdf|FaxDevice|ttyS0|FaxName|fax|FaxNumber||InternationalPrefix|00|Lang||LongDistance|0|Mail2Fax|disabled|Mode|both|NotifyFileType|pdf|NotifyMaster|never|PBXPrefix||PaperSize|A4|PrintReceived|disabled|PrinterName| |Resolution|196|RingsBeforeAnswer|1|SambaFax|disabled|SambaFaxName|SambaFax|SendReport|disabled|SendTo||WaitDialTone|enabled|status|enabled
hylafax-faxq=service|status|enabled
hylafax-hfaxd=service|TCPPort|4559|access|green|status|enabled
logrotate=configuration|Compression|disabled|Rotate|weekly|Times|52
maxAcctNameLength=31
maxGroupNameLength=31
maxIbayNameLength=30
mysqld=service|LocalNetworkingOnly|no|MaxAllowedPacket|16M|TCPPort|3306|access|none|status|enabled
nmb=service|UDPPorts|137,138|access|green|status|enabled
nsswitch=configuration|aliases|files nisplus|automount|files nisplus|bootparams|nisplus [NOTFOUND=return] files|ethers|files|group|files|hosts|files dns|netgroup|nisplus|netmasks|files|networks|files|passwd|files|protocols|files|publickey|nisplus|rpc|files|services|files|shadow|files
olefy=service|TCPPort|10632|access||status|enabled
opendkim=service|status|enabled
p3scan=service|SSLScan|disabled|SpamScan|enabled|TCPPort|8110|Template|/etc/p3scan/p3scan-en.mail|VirusScan|enabled|access|none|status|disabled
passwordstrength=configuration|MaxPassAge|180|MinPassAge|0|PassExpires|no|PassWarning|7|Users|strong
pki=configuration|CertificateDuration|3650|ChainFile||CommonName||CountryCode||CrtFile||EmailAddress||KeyFile||LetsEncryptChallenge|http|LetsEncryptDomains||LetsEncryptMail||LetsEncryptShortChain|enabled|Locality||Organization||OrganizationalUnitName||State||SubjectAltName|
postfix=service|AccessBypassList||AccessPolicies||AlwaysBccAddress||AlwaysBccStatus|disabled|ConnectionsLimit|0|ConnectionsLimitPerIp|0|DynamicGroupAlias|disabled|HeloHost||MessageQueueLifetime|4|MessageSizeMax|20000000|SenderValidation|disabled|SmartHostName||SmartHostPassword||SmartHostPort|25|SmartHostStatus|disabled|SmartHostTlsStatus|enabled|SmartHostUsername||SystemUserRecipientStatus|disabled|TCPPorts|25,465,587|access|green,red|status|enabled
proxy=configuration|host||password||port||user|
root=configuration|EmailAddress||KeepMessageCopy|yes|SenderAddress|
rspamd=service|BlockAttachmentClassList|Exec|BlockAttachmentCustomList|doc,odt|BlockAttachmentCustomStatus|disabled|BlockAttachmentStatus|enabled|OletoolsStatus|enabled|Password||QuarantineAccount||QuarantineSelector|is_reject|QuarantineStatus|disabled|RecipientWhiteList||SenderBlackList||SenderWhiteList||SpamCheckStatus|enabled|SpamGreyLevel||SpamKillLevel|20|SpamNotificationStatus|disabled|SpamSubjectPrefixStatus|disabled|SpamSubjectPrefixString|***SPAM***|SpamTag2Level|6|VirusAction|reject|VirusCheckStatus|enabled|VirusScanOnlyAttachment|false|VirusScanSize|20000000|VirusScanSoftReject|enabled|VirusScanTimeout|90|status|enabled
rsyslog=service|LogAll2VT6|no|status|enabled
slapd=service|TCPPorts|389,636|access|green|status|enabled
smb=service|DeadTime|10080|HomeAdmStatus|disabled|InheritOwner|no|NetbiosAliasList||ShareAdmStatus|disabled|TCPPorts|139,445|UseClientDriver|yes|UseCups|enabled|WinsServerIP||access|green|status|enabled
sogod=service|ActiveSync|enabled|AdminUsers|admin|BackupTime|30 0|Certificate||CustomEmailField|userPrincipalName|Dav|enabled|DraftsFolder|Drafts|MailAuxiliaryUserAccountsEnabled|YES|Notifications|Appointment,EMail|SOGoInternalSyncInterval|30|SOGoMaximumPingInterval|3540|SOGoMaximumSyncInterval|3540|SOGoMaximumSyncResponseSize|2048|SOGoMaximumSyncWindowSize|100|SentFolder|Sent|SessionDuration|1440|SxVMemLimit|512|TrashFolder|Trash|VirtualHost||WOWatchDogRequestTimeout|60|WOWorkersCount|10|status|enabled|webAccess|public
sshd=service|AllowEveryone|none|AllowGroups||AllowLocalGroups|wheel|LoginGraceTime|2m|MaxAuthTries|6|PasswordAuthentication|yes|PermitRootLogin|yes|Protocol|2|StrongEncryption|enabled|SubsystemSftp|yes|TCPPort|22|UsePAM|yes|access|green,red|status|enabled
sssd=service|AdDns||DiscoverDcType|dns|LdapURI||Provider|ldap|Realm||ShellOverrideStatus|enabled|Workgroup||status|enabled
sysconfig=configuration|ProductName|NethServer|Release||Version||ZeroConf|disabled
tls=configuration|policy|20200510
winbind=service|status|enabled
yum-cron=service|applyUpdate|no|customMail||download|yes|messages|yes|randomWait|360|status|enabled
`,
    dhcp: '',
    domains: '',
    getmail: '',
    hosts: '',
    networks: String.raw`
eth0=ethernet|bootproto|none|device|eth0|gateway|192.168.1.254|ipaddr|192.168.1.2|netmask|255.255.255.0|onboot|yes|role|green
ppp0=xdsl-disabled|AuthType|auto|FwInBandwidth||FwOutBandwidth||Password||name|PPPoE|provider|xDSL provider|role|red|user|
`,
    proxypass: '',
    routes: '',
    vhosts: String.raw`
default=vhost|Description|Default virtual host|FtpPassword||FtpStatus|disabled
`,
  },
  passwd: `root:x:0:0:root:/root:/bin/bash
bin:x:1:1::/bin:/sbin/nologin
daemon:x:2:2::/sbin:/sbin/nologin
uucp:x:10:14::/var/spool/uucp:/sbin/nologin
ftp:x:14:50::/var/ftp:/sbin/nologin
mysql:x:27:27::/var/lib/mysql:/bin/bash
apache:x:48:48::/var/www:/sbin/nologin
postfix:x:89:89::/var/spool/postfix:/sbin/nologin
dovecot:x:97:97::/usr/libexec/dovecot:/sbin/nologin
nobody:x:99:99::/:/sbin/nologin
vmail:x:498:498::/var/lib/nethserver/vmail:/sbin/nologin
admin:x:9999:10000:Administrator:/var/lib/nethserver/home/admin:/bin/bash
`,
  group: `root:x:0:
bin:x:1:
daemon:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
uucp:x:14:
mail:x:12:
mysql:x:27:
ftp:x:50:
apache:x:48:
users:x:100:
postfix:x:89:
dovecot:x:97:
nobody:x:99:
vmail:x:498:
locals:x:10000:admin
domadmins:x:10999:admin
`,
}
